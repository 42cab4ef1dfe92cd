// One schedule, a lane for each thread, time going down. Rows have one height and only those near the window
// exist, so that 5,000 steps cost what 50 do. Everything of the trace becomes text nodes or attributes, never markup.
// Behind picture_trace.js and picture_elements.js in one script.

const kRow = 50;         // height of a step, in CSS pixels
const kMargin = 6;       // rows kept beyond the window
const kLaneMin = 176;    // narrower lanes become a graph with the text beside it
const kCharacter = 7.8;  // width of one in a card, about
const kStatesMax = 60;   // objects listed
const kReadersMax = 8;   // listed
const kArrowsMax = 400;  // drawn
const kPlayMs = 700;
const kPlayIcon = 'M3 4v12l7-6zM10.5 4v12l7-6z';
const kStopIcon = 'M4 4h4v12H4zM12 4h4v12h-4z';

// ---- What is shown

const lanes = byId('lanes');
let shown = [];   // steps, in rows
let rowOf = [];   // of each step, or -1
let now = 0;      // the current step
let showCells = true;
let timer = null;
let layout = {wide: true, gutter: 0, laneX: [], cardX: 0, cardWidth: 0};

function chooseShown() {
  shown = steps.filter((step) => showCells || step.event !== 'cell');
  rowOf = steps.map(() => -1);
  shown.forEach((step, row) => { rowOf[step.index] = row; });
}

function measure() {
  const width = lanes.clientWidth;
  const count = Math.max(trace.threads.length, 1);
  const gutter = 16 + 9 * String(steps.length).length;  // step numbers
  const lane = (width - gutter - 8) / count;
  const wide = lane >= kLaneMin;
  if (wide) {
    layout = {wide, gutter, lane, cardWidth: Math.min(lane - 38, 330),
      laneX: trace.threads.map((_, thread) => gutter + thread * lane + 20)};
  } else {
    const gap = Math.max(10, Math.min(28, (width * 0.36 - gutter) / count));
    layout = {wide, gutter, lane: gap, cardX: gutter + count * gap + 4,
      laneX: trace.threads.map((_, thread) => gutter + thread * gap + gap / 2)};
    layout.cardWidth = width - layout.cardX - 8;
  }
  document.body.classList.toggle('graph', !wide);
  byId('threads').replaceChildren(...trace.threads.map((name, thread) => element('span',
    {style: wide ? {left: `${layout.laneX[thread] - 6}px`, maxWidth: `${lane - 12}px`} : {}, title: name},
    element('b', {style: {background: threadColour(thread)}}), name)));
  byId('canvas').style.height = `${shown.length * kRow + 60}px`;
}

const yOf = (row) => row * kRow + kRow / 2;

// A curve that leaves and arrives along the lanes, drawn relative to `top`.
function arrowPath(from, to, top, classes) {
  const [x1, x2] = [layout.laneX[steps[from].thread], layout.laneX[steps[to].thread]];
  const y1 = yOf(rowOf[from]) - top + 8;
  const y2 = yOf(rowOf[to]) - top - 10;
  const bend = Math.max(10, Math.min((y2 - y1) * 0.55, 90));
  const path = shape('path', {class: `arrow ${classes}`, d: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
    'marker-end': `url(#tip${/stale|missed/.test(classes) ? 'Alarm' : steps[from].thread % 6})`});
  if (!/stale|missed/.test(classes)) path.style.stroke = threadColour(steps[from].thread);
  return path;
}

function tips() {
  const definitions = shape('defs', {});
  for (const colour of [0, 1, 2, 3, 4, 5, 'Alarm']) {
    const marker = shape('marker', {id: `tip${colour}`, viewBox: '0 0 10 10', refX: 8, refY: 5, markerWidth: 11,
      markerHeight: 11, markerUnits: 'userSpaceOnUse', orient: 'auto'});
    const tip = shape('path', {d: 'M0 0L10 5L0 10L3 5z'});
    tip.style.fill = colour === 'Alarm' ? 'var(--alarm)' : `var(--thread${colour})`;
    marker.append(tip);
    definitions.append(marker);
  }
  return definitions;
}

function card(step) {
  const broken = trace.failure !== '' &&
    step.index === (trace.failedThread < 0 ? steps.length - 1 : lastOf[trace.failedThread]);
  const kind = `card${step.event === 'cell' ? ' cell' : ''}${step.stale ? ' stale' : ''}${broken ? ' broken' : ''}`;
  const x = layout.wide ? layout.laneX[step.thread] + 15 : layout.cardX;
  const second = [layout.wide ? '' : threadName(step.thread), step.order, placeText(step)].filter(Boolean).join(' · ');
  // Where the room is short the arrow and the panel have to say whose value it is.
  const from = step.from < 0 ? '' : `← ${step.from + 1}`;
  const room = layout.cardWidth - 18 - (step.stale ? 64 : 0);
  const fits = (operationText(step).length + from.length + 1) * kCharacter < room;
  return element('div', {class: kind, title: `${operationText(step)}\n${second}`,
    style: {left: `${x}px`, width: `${layout.cardWidth}px`, top: '3px', height: `${kRow - 6}px`}},
  element('p', {class: 'what'}, element('span', {class: 'words'},
    element('span', {class: 'op'}, operationName(step)), ` ${objectName(step)}`, step.value === '' ? '' : ' = ',
    step.value === '' ? '' : element('span', {class: 'value'}, step.value)),
  from && fits ? element('span', {class: 'from'}, from) : '',
  step.stale ? element('span', {class: 'tag'}, 'STALE') : ''),
  element('p', {class: 'place'}, second));
}

function draw() {
  const first = Math.max(0, Math.floor(lanes.scrollTop / kRow) - kMargin);
  const last = Math.min(shown.length - 1, Math.ceil((lanes.scrollTop + lanes.clientHeight) / kRow) + kMargin);
  const top = first * kRow;
  const height = (last - first + 1) * kRow + 60;

  byId('rows').replaceChildren(...shown.slice(first, last + 1).map((step, i) => element('div', {
    class: `row${step.index === now ? ' now' : ''}${step.index > now ? ' later' : ''}`,
    role: 'listitem', 'data-step': step.index + 1, 'aria-current': step.index === now ? 'step' : null,
    'aria-posinset': first + i + 1, 'aria-setsize': shown.length,
    'aria-label': say(step), style: {top: `${(first + i) * kRow}px`, height: `${kRow}px`},
    onclick: () => goTo(step.index),
  }, element('span', {class: 'number', style: {width: `${layout.gutter - 6}px`, top: `${kRow / 2 - 7}px`}}, `${step.index + 1}`),
  card(step))));

  const wires = [tips()];
  trace.threads.forEach((_, thread) => wires.push(shape('line',
    {class: 'life', x1: layout.laneX[thread], x2: layout.laneX[thread], y1: 0, y2: height - 40})));
  for (let row = first; row <= last;) {  // who runs, as thick pieces of the lanes
    let end = row;
    while (end < last && shown[end + 1].thread === shown[row].thread) ++end;
    const x = layout.laneX[shown[row].thread];
    const bar = shape('line', {class: 'active', x1: x, x2: x, y1: yOf(row) - top - 14, y2: yOf(end) - top + 14});
    bar.style.stroke = threadColour(shown[row].thread);
    wires.push(bar);
    row = end + 1;
  }
  for (let row = Math.max(first, 1); row <= last; ++row) {
    if (!shown[row].preempts) continue;
    const [a, b] = [layout.laneX[shown[row - 1].thread], layout.laneX[shown[row].thread]];
    const y = row * kRow - top;
    wires.push(shape('path', {class: 'cut', fill: 'none', d: `M${a} ${y - 18}V${y}H${b}V${y + 14}`}));
  }
  let drawn = 0;
  for (const [from, to] of arrows) {
    const [a, b] = [rowOf[from], rowOf[to]];
    const offScreen = (row) => row < first || row > last;
    if (a < 0 || b < 0 || (offScreen(a) && offScreen(b)) || from === now || to === now) continue;
    if (++drawn > kArrowsMax) break;
    wires.push(arrowPath(from, to, top,
      `${steps[to].stale ? 'stale ' : ''}${isWake(steps[from]) ? 'wake ' : ''}${to > now ? 'later' : ''}`));
  }
  for (let row = first; row <= last; ++row) {
    const step = shown[row];
    const mark = glyph(step.event, step.writes, layout.laneX[step.thread], yOf(row) - top, threadColour(step.thread));
    if (step.stale) mark.style.stroke = 'var(--alarm)';
    if (step.index > now) mark.setAttribute('opacity', 0.6);
    wires.push(mark);
  }
  if (trace.failure && last === shown.length - 1) {
    const broken = trace.failedThread < 0 ? trace.threads.map((_, thread) => thread).filter((thread) => !trace.ended[thread]) :
      [trace.failedThread];
    for (const thread of broken) wires.push(cross(layout.laneX[thread], shown.length * kRow - top + 12, 7));
  }
  place(byId('wires'), top, height, wires);

  const links = [];
  if (steps.length > 0 && rowOf[now] >= 0) {
    const step = steps[now];
    const newest = step.stale && step.object >= 0 ? lastWrite(step.object, now - 1) : -1;
    if (newest >= 0 && rowOf[newest] >= 0 && newest !== step.from) links.push(arrowPath(newest, now, top, 'missed'));
    if (step.from >= 0 && rowOf[step.from] >= 0) links.push(arrowPath(step.from, now, top, step.stale ? 'stale' : ''));
    for (const reader of readers[now].slice(0, kArrowsMax)) {
      if (rowOf[reader] >= 0) links.push(arrowPath(now, reader, top, steps[reader].stale ? 'stale' : ''));
    }
  }
  place(byId('links'), top, height, links);
  const band = byId('band');
  band.style.top = `${Math.max(rowOf[now], 0) * kRow}px`;
  band.style.height = `${steps.length > 0 ? kRow : 0}px`;
}

function place(svg, top, height, children) {
  svg.style.top = `${top}px`;
  svg.style.height = `${height}px`;
  svg.replaceChildren(...children);
}

function drawEnd() {
  const old = byId('end');
  if (old) old.remove();
  const end = element('div', {id: 'end', class: trace.failure ? 'failed' : 'passed',
    style: {top: `${shown.length * kRow + 28}px`}});
  if (trace.failure) {
    end.append(element('p', {}, `✕ ${trace.failure}`));
    const by = trace.failedThread < 0 ? '' : threadName(trace.failedThread);
    const where = [by, trace.failedAt].filter(Boolean).join(' · ');
    if (where) end.append(element('p', {class: 'where'}, where));
  } else {
    end.append(element('p', {}, '✓ The schedule ends without a failure'));
  }
  byId('canvas').append(end);
  byId('canvas').style.height = `${shown.length * kRow + 28 + end.offsetHeight + 16}px`;
}

// ---- The current step

function say(step) {
  const read = step.from < 0 ? '' : `, reads step ${step.from + 1}`;
  return `Step ${step.index + 1} of ${steps.length}, ${threadName(step.thread)}: ${operationText(step)}` +
    `${step.order ? `, ${step.order}` : ''}${read}${step.stale ? ', stale' : ''}`;
}

function jump(index, text) {
  return element('button', {class: 'jump', type: 'button', onclick: () => goTo(index)}, text);
}

function drawPanel() {
  const panel = byId('panel');
  if (steps.length === 0) {
    panel.replaceChildren(element('p', {}, 'The schedule has no step.'));
    return;
  }
  const step = steps[now];
  const parts = [
    element('p', {class: 'who'}, element('i', {style: {background: threadColour(step.thread)}}),
      `Step ${now + 1} of ${steps.length} · ${threadName(step.thread)}`),
    element('h2', {id: 'operation'}, operationText(step)),
    element('p', {class: 'place'}, step.order ? `memory_order_${step.order}` : '', step.order ? element('br') : '',
      step.place ? `${step.place[0]}:${step.place[1]} ${step.place[2]}` : ''),
  ];
  if (step.note && step.event !== 'other') parts.push(element('p', {class: 'alarm'}, step.note));
  if (step.from >= 0) {
    const from = steps[step.from];
    parts.push(jump(step.from, `reads step ${step.from + 1}: ${threadName(from.thread)}, ${operationText(from)}`));
  } else if (step.object >= 0 && (step.event === 'load' || step.event === 'rmw' || (step.event === 'cell' && !step.writes))) {
    parts.push(element('p', {}, 'reads the initial value'));
  }
  if (step.stale) {
    const newest = step.object < 0 ? -1 : lastWrite(step.object, now - 1);
    parts.push(element('p', {class: 'alarm'}, 'STALE: this is not the newest value'));
    if (newest >= 0 && newest !== step.from) {
      parts.push(jump(newest, `newest is step ${newest + 1}: ${threadName(steps[newest].thread)}, ${operationText(steps[newest])}`));
    }
  }
  if (step.failed) parts.push(element('p', {}, 'A compare and exchange that exchanged nothing.'));
  if (step.preempts && now > 0) {
    parts.push(element('p', {}, `Preempts ${threadName(steps[now - 1].thread)}, which could have gone on.`));
  }
  if (readers[now].length > 0) {
    parts.push(element('h3', {}, 'Read by'));
    for (const reader of readers[now].slice(0, kReadersMax)) {
      parts.push(jump(reader, `step ${reader + 1}: ${threadName(steps[reader].thread)}${steps[reader].stale ? ', STALE' : ''}`));
    }
    if (readers[now].length > kReadersMax) parts.push(element('p', {}, `and ${readers[now].length - kReadersMax} more`));
  }
  if (trace.failure && now === steps.length - 1) {
    parts.push(element('h3', {}, 'Where it broke'), element('p', {class: 'alarm'}, trace.failure));
    if (trace.failedAt) parts.push(element('p', {class: 'place'}, trace.failedAt));
    trace.threads.forEach((name, thread) => {
      const at = lastOf[thread];
      if (trace.ended[thread]) parts.push(element('p', {}, `${name}: ended`));
      else if (at >= 0) parts.push(jump(at, `${name}: last step ${at + 1}, ${operationText(steps[at])}`));
    });
  }
  parts.push(...stateTable());
  panel.replaceChildren(...parts);
  panel.scrollTop = 0;
}

function stateTable() {
  let met = objects.map((object, number) => ({number, write: object.first <= now ? lastWrite(number, now) : -1}))
    .filter(({number}) => objects[number].first <= now);
  const more = met.length - kStatesMax;
  if (more > 0) {
    met = met.sort((a, b) => b.write - a.write).slice(0, kStatesMax).sort((a, b) => a.number - b.number);
  }
  if (met.length === 0) return [];
  const rows = met.map(({number, write}) => element('tr', {class: write === now ? 'changed' : null},
    element('td', {}, objects[number].name), element('td', {}, stateText(number, write)),
    element('td', {}, write < 0 ? '' : `${threadName(steps[write].thread)}, ${write + 1}`)));
  return [
    element('h3', {}, 'After this step'),
    element('table', {id: 'state'}, element('thead', {}, element('tr', {}, element('th', {}, 'object'),
      element('th', {}, 'holds'), element('th', {}, 'since'))), element('tbody', {}, ...rows)),
    more > 0 ? element('p', {}, `and ${more} objects written longer ago`) : '',
  ];
}

// ---- Going

function goTo(index) {
  if (shown.length === 0) return;
  now = Math.max(0, Math.min(steps.length - 1, index));
  while (rowOf[now] < 0 && now > 0) --now;
  if (rowOf[now] < 0) now = shown.length > 0 ? shown[0].index : 0;
  const y = Math.max(rowOf[now], 0) * kRow;
  const atEnd = rowOf[now] === shown.length - 1;
  if (atEnd) {
    lanes.scrollTop = lanes.scrollHeight;
  } else if (y < lanes.scrollTop + kRow || y > lanes.scrollTop + lanes.clientHeight - 3 * kRow) {
    lanes.scrollTop = y - lanes.clientHeight * 0.4;
  }
  draw();
  drawPanel();
  byId('slider').value = now + 1;
  byId('slider').setAttribute('aria-valuetext', say(steps[now]));
  byId('said').textContent = say(steps[now]);
  byId('first').disabled = byId('back').disabled = rowOf[now] <= 0;
  byId('last').disabled = byId('next').disabled = atEnd;
  if (atEnd) stop();
  history.replaceState(null, '', `#step=${now + 1}`);
}

function move(rows) {
  if (shown.length === 0) return;
  goTo(shown[Math.max(0, Math.min(shown.length - 1, rowOf[now] + rows))].index);
}

function nextStale() {
  const after = shown.find((step) => step.stale && step.index > now) || shown.find((step) => step.stale);
  if (after) goTo(after.index);
}

function stop() {
  clearInterval(timer);
  timer = null;
  byId('playIcon').setAttribute('d', kPlayIcon);
  byId('play').setAttribute('aria-label', 'Play');
}

function playOrStop() {
  if (timer !== null) {
    stop();
    return;
  }
  if (rowOf[now] >= shown.length - 1) goTo(shown.length > 0 ? shown[0].index : 0);
  timer = setInterval(() => move(1), kPlayMs);
  byId('playIcon').setAttribute('d', kStopIcon);
  byId('play').setAttribute('aria-label', 'Stop');
}

function setCells(on) {
  showCells = on;
  byId('cells').checked = on;
  chooseShown();
  layOut();
}

function layOut() {
  measure();
  drawEnd();
  if (shown.length > 0) {
    goTo(now);
  } else {
    draw();
    drawPanel();
  }
}

const kKeys = {
  ArrowRight: () => move(1), ArrowDown: () => move(1), ArrowLeft: () => move(-1), ArrowUp: () => move(-1),
  PageDown: () => move(10), PageUp: () => move(-10),
  Home: () => goTo(0), End: () => goTo(steps.length - 1),
  ' ': playOrStop, s: nextStale, c: () => setCells(!showCells),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = kKeys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  // Space presses the button or box that has the focus.
  if (!action || (event.key === ' ' && event.target.closest('button, summary, [type=checkbox]'))) return;
  event.preventDefault();
  action();
}

function stepOfAddress() {
  const match = /^#step=(\d+)$/.exec(location.hash);
  return match ? Number(match[1]) - 1 : null;
}

function drawHead() {
  byId('scenario').textContent = trace.scenario;
  byId('verdict').textContent = trace.failure ? 'failed' : 'passed';
  byId('verdict').className = trace.failure ? 'failed' : 'passed';
  byId('variant').textContent = trace.variant;
  byId('schedule').textContent = trace.schedule;
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  const preemptions = steps.filter((step) => step.preempts).length;
  const stale = steps.filter((step) => step.stale).length;
  byId('facts').textContent = [count(steps.length, 'step', 'steps'), count(trace.threads.length, 'thread', 'threads'),
    preemptions > 0 ? count(preemptions, 'preemption', 'preemptions') : '',
    stale > 0 ? `${stale} stale` : ''].filter(Boolean).join(' · ');
  if (steps.length === 0) {
    for (const control of byId('controls').querySelectorAll('button, input')) control.disabled = true;
  }
  byId('stale').disabled = !steps.some((step) => step.stale);
  byId('slider').max = Math.max(steps.length, 1);
  const entry = (draws, text) => {
    const svg = shape('svg', {viewBox: '0 0 30 20', 'aria-hidden': 'true'});
    svg.append(...draws);
    return element('li', {}, svg, text);
  };
  const colour = 'var(--quiet)';
  const line = (classes) => {
    const path = shape('path', {class: `arrow ${classes}`, d: 'M2 10H28'});
    if (!/stale|missed/.test(classes)) path.style.stroke = colour;
    return path;
  };
  byId('legend').append(
    entry([glyph('load', false, 15, 10, colour)], 'load'), entry([glyph('store', true, 15, 10, colour)], 'store'),
    entry([glyph('rmw', true, 15, 10, colour)], 'read-modify-write; hollow: exchanged nothing'),
    entry([glyph('lock', true, 9, 10, colour), glyph('unlock', false, 23, 10, colour)], 'lock, unlock'),
    entry([glyph('post', true, 8, 10, colour), glyph('wait', false, 24, 10, colour)], 'bell posted; waited for, cleared'),
    entry([glyph('cell', true, 15, 10, colour)], 'plain access (cell)'),
    entry([line('')], 'from the step that wrote to the step that read it'),
    entry([line('wake')], 'from a post or an unlock'), entry([line('stale')], 'a stale read: a newer value was there'),
    entry([line('missed')], 'the newest value, missed'),
    entry([shape('path', {class: 'cut', d: 'M2 10H28'})], 'a preemption: the thread before could have gone on'),
    entry([cross(15, 10, 6)], 'the failure'),
    element('li', {}, 'Keys: ← → Home End step, Space plays, S next stale read, C plain accesses'));
}

function start() {
  drawHead();
  chooseShown();
  for (const [id, action] of Object.entries({first: () => goTo(0), back: () => move(-1), play: playOrStop,
    next: () => move(1), last: () => goTo(steps.length - 1), stale: nextStale})) {
    byId(id).addEventListener('click', action);
  }
  byId('cells').addEventListener('change', (event) => setCells(event.target.checked));
  byId('slider').addEventListener('input', (event) => goTo(Number(event.target.value) - 1));
  lanes.addEventListener('scroll', () => requestAnimationFrame(draw), {passive: true});
  new ResizeObserver(() => layOut()).observe(lanes);
  addEventListener('keydown', onKey);
  addEventListener('hashchange', () => goTo(stepOfAddress() ?? now));
  // A failure is what one came to see.
  now = stepOfAddress() ?? (trace.failure ? steps.length - 1 : 0);
  layOut();
}

start();
