// The parts of a picture as SVG text. No style sheet and no script in it, so that it is safe to send on and opens anywhere.

const LEADING = 1.4;
const CORNER = 6;
const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Return words that can stand inside SVG. */
export const escaped = (words) => String(words).replace(/[&<>"]/g, (mark) => MARKS[mark]);

/** Return an element; attributes that are undefined are left out, numbers are rounded to a tenth. */
export function element(name, attributes, ...inside) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? rounded(value) : escaped(value)}"`);
  return inside.length ? `<${name}${written.join("")}>${inside.join("")}</${name}>` : `<${name}${written.join("")}/>`;
}

const rounded = (number) => String(Math.round(number * 10) / 10);

/** Return how high lines of text are together. */
export const tall = (lines) => lines.reduce((sum, line) => sum + line.size * LEADING, 0);

/** Return lines of text below one another; each is {words, size, colour, bold}. */
export function text(lines, x, top, anchor) {
  let y = top;
  return lines.map(({ words, size, colour, bold }) => {
    const base = y + size;
    y += size * LEADING;
    const looks = { "font-size": size, "font-weight": bold ? 700 : undefined, fill: colour };
    return element("text", { x, y: base, "text-anchor": anchor, ...looks }, escaped(words));
  });
}

/** Return a way along corner points, with every corner rounded. */
export function way(points) {
  const steps = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before || !after) {
      return `${before ? "L" : "M"}${at(point)}`;
    }
    return `L${at(towards(point, before))}Q${at(point)} ${at(towards(point, after))}`;
  });
  return steps.join("");
}

const at = ({ x, y }) => `${rounded(x)} ${rounded(y)}`;

function towards(point, other) {
  const length = Math.hypot(other.x - point.x, other.y - point.y);
  const share = Math.min(CORNER, length / 2) / (length || 1);
  return { x: point.x + (other.x - point.x) * share, y: point.y + (other.y - point.y) * share };
}
