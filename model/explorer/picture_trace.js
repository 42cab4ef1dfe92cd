// The schedule of the page: steps, who read whom, what each object holds at each step, and what a person calls them.
// No element of the page but the one that carries the data.
'use strict';

const kWrites = 1, kStale = 2, kFailed = 4, kPreempts = 8;

const trace = JSON.parse(document.getElementById('trace').textContent);
const steps = trace.steps.map(([thread, event, order, object, value, from, flags, place, note], index) => ({
  index, thread, event, order, object, value, from, note,
  place: place < 0 ? null : trace.places[place],
  writes: (flags & kWrites) !== 0, stale: (flags & kStale) !== 0,
  failed: (flags & kFailed) !== 0, preempts: (flags & kPreempts) !== 0,
}));
const readers = steps.map(() => []);
const arrows = [];  // [writer, reader], across threads
const lastOf = trace.threads.map(() => -1);  // the last step of each thread
for (const step of steps) {
  lastOf[step.thread] = step.index;
  if (step.from < 0) continue;
  readers[step.from].push(step.index);
  if (steps[step.from].thread !== step.thread) arrows.push([step.from, step.index]);
}

// What each object holds, and since which step. To take a mutex or a post changes it, although it publishes nothing.
const changes = (step) => step.writes || step.event === 'lock' || step.event === 'wait';
const objects = trace.objects.map((name) => ({name, writes: [], initial: null, first: Infinity}));
for (const step of steps) {
  if (step.object < 0) continue;
  const object = objects[step.object];
  object.first = Math.min(object.first, step.index);
  if (step.from < 0 && !step.writes && step.value !== '' && object.initial === null) object.initial = step.value;
  if (changes(step)) object.writes.push(step.index);
}

// The last write of `object` at or before `index`, or -1.
function lastWrite(object, index) {
  const writes = objects[object].writes;
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (writes[middle] <= index) low = middle + 1; else high = middle;
  }
  return low === 0 ? -1 : writes[low - 1];
}

function stateText(object, write) {
  const {name, initial} = objects[object];
  const step = write < 0 ? null : steps[write];
  if (name.startsWith('mutex')) return step && step.event === 'lock' ? `held by ${threadName(step.thread)}` : 'free';
  if (name.startsWith('bell')) return step && step.event === 'post' ? 'rung' : 'quiet';
  if (step) return step.value === '' ? 'changed' : step.value;
  return initial === null ? 'initial' : initial;
}

const threadName = (thread) => trace.threads[thread];
const threadColour = (thread) => `var(--thread${thread % 6})`;
const objectName = (step) => (step.object < 0 ? '' : objects[step.object].name);
const placeText = (step) => (step.place ? `${step.place[0].replace(/.*\//, '')}:${step.place[1]}` : '');
const isWake = (step) => step.event === 'post' || step.event === 'unlock';

function operationName(step) {
  if (step.event === 'other' && step.note) return step.note;
  const name = step.event === 'cell' ? (step.writes ? 'write' : 'read') : step.event;
  return step.failed ? `failed ${name}` : name;
}

function operationText(step) {
  const value = step.value === '' ? '' : ` = ${step.value}`;
  return `${operationName(step)} ${objectName(step)}${value}`.trim();
}
