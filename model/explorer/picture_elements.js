// Elements of the page: made of names, attributes and text, never of markup, so that a trace cannot bring any.

const byId = (id) => document.getElementById(id);

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'style') Object.assign(made.style, value);
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ''));
  return made;
}

function shape(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// The mark of an operation: filled where it writes, hollow where it looks.
function glyph(event, writes, x, y, colour) {
  const stroke = {stroke: colour, 'stroke-width': 2.25, fill: writes ? colour : 'var(--card)'};
  const polygon = (points) => shape('polygon', {
    ...stroke, points: points.map(([dx, dy]) => `${x + dx},${y + dy}`).join(' '), 'stroke-linejoin': 'round'});
  switch (event) {
    case 'rmw': return polygon([[0, -8], [8, 0], [0, 8], [-8, 0]]);
    case 'lock': case 'unlock':
      return shape('rect', {...stroke, x: x - 6, y: y - 6, width: 12, height: 12, rx: 2,
        fill: event === 'lock' ? colour : 'var(--card)'});
    case 'post': return polygon([[-7, 5.5], [7, 5.5], [0, -8]]);
    case 'wait': case 'clear': return polygon([[-7, -5.5], [7, -5.5], [0, 8]]);
    case 'fence': return shape('rect', {...stroke, x: x - 9, y: y - 2.5, width: 18, height: 5, fill: colour});
    case 'cell': return shape('circle', {...stroke, cx: x, cy: y, r: 3});
    case 'begin': case 'pause': case 'other': return shape('circle', {...stroke, cx: x, cy: y, r: 4, fill: 'var(--card)'});
    default: return shape('circle', {...stroke, cx: x, cy: y, r: 6.5});
  }
}

function cross(x, y, size) {
  return shape('path', {class: 'cross',
    d: `M${x - size} ${y - size}L${x + size} ${y + size}M${x + size} ${y - size}L${x - size} ${y + size}`});
}
