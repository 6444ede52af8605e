// A playbook as a picture: what it says comes in, one SVG goes out. The same in a page and at the command line.
import { placed } from "./drawing/places.js";
import { element, escaped, tall, text, way } from "./drawing/svg.js";
import { width, wrapped } from "./drawing/words.js";

const FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif";
const [TITLE, LABEL, STEP, SMALL, WHO] = [20, 16, 14, 13, 12];
const [WIDEST, LEAST, PAD, MARGIN, GAP] = [150, 420, 12, 24, 20];

/**
 * Return the picture of a playbook as SVG text.
 * `drawing` is what `heshi/playbooks/rules/drawing.py` says; `colour` gives the colour that a token of the pages names.
 */
export async function drawn(drawing, colour) {
  const boxes = [...drawing.positions.map((one) => positionBox(one, colour)), ...drawing.steps.map((one) => stepBox(one, colour))];
  const layout = await placed(boxes, drawing.arrows);
  const wide = Math.max(layout.width, LEAST);
  const head = paragraphs(headOf(drawing, colour), wide);
  const foot = paragraphs(footOf(drawing, colour), wide);
  const top = Math.round(MARGIN + tall(head) + GAP);
  const left = Math.round(MARGIN + (wide - layout.width) / 2);
  const below = top + layout.height + GAP;
  return framed(drawing, colour, Math.ceil(wide + 2 * MARGIN), Math.ceil(below + tall(foot) + MARGIN), [
    ...text(head, MARGIN, MARGIN),
    element(
      "g",
      { transform: `translate(${left} ${top})` },
      ...layout.arrows.map((arrow) => arrowMark(drawing, arrow, colour)),
      ...boxes.map((box) => boxMark(drawing, { ...box, ...layout.boxes.get(box.name) }, colour)),
    ),
    ...text(foot, MARGIN, below),
  ]);
}

function positionBox({ name, label, under, start, end }, colour) {
  const lines = [...said(label, LABEL, colour("ink"), true), ...said(under, SMALL, colour("ink-soft"))];
  return { name, label, lines, ...size(lines), position: true, start, end };
}

function stepBox({ name, label, who, note }, colour) {
  const soft = colour("ink-soft");
  const lines = [...said(label, STEP, colour("brand"), true), ...said(who, WHO, soft), ...said(note, WHO, soft)];
  return { name, label, lines, ...size(lines) };
}

function said(words, letters, fill, bold = false) {
  return words ? wrapped(words, letters, WIDEST).map((line) => ({ words: line, size: letters, colour: fill, bold })) : [];
}

function size(lines) {
  const widest = Math.max(...lines.map((line) => width(line.words, line.size)));
  return { width: Math.ceil(widest + 2 * PAD), height: Math.ceil(tall(lines) + 1.4 * PAD) };
}

function headOf({ title, source }, colour) {
  return [
    { words: title, size: TITLE, colour: colour("ink"), bold: true },
    { words: source, size: SMALL, colour: colour("ink-soft") },
  ];
}

function footOf({ staying }, colour) {
  const heading = { words: "不改变环节的动作", size: LABEL, colour: colour("ink"), bold: true };
  const lines = staying.map(({ label, who }) => ({ words: `${label}：${who}`, size: SMALL, colour: colour("ink-soft") }));
  return lines.length ? [heading, ...lines] : [];
}

function paragraphs(lines, wide) {
  return lines.flatMap((line) => wrapped(line.words, line.size, wide).map((words) => ({ ...line, words })));
}

function boxMark({ code }, box, colour) {
  return element(
    "g",
    { id: `${code}-${box.name}` },
    element("title", {}, escaped(box.label)),
    ...(box.position ? positionFrame(box, colour) : [rectangle(box, 0, { rx: 20, fill: colour("brand-soft") })]),
    ...text(box.lines, box.x + box.width / 2, box.y + (box.height - tall(box.lines)) / 2, "middle"),
  );
}

/** Where cases begin has a thick frame, where they end a double one. */
function positionFrame(box, colour) {
  const stroke = box.start ? { stroke: colour("brand"), "stroke-width": 3 } : { stroke: colour("ink"), "stroke-width": 1.5 };
  const outer = rectangle(box, 0, { rx: 6, fill: colour(box.end ? "surface-sunk" : "surface"), ...stroke });
  return box.end ? [outer, rectangle(box, 3.5, { rx: 4, fill: "none", stroke: colour("ink") })] : [outer];
}

function rectangle(box, inset, looks) {
  const place = { x: box.x + inset, y: box.y + inset, width: box.width - 2 * inset, height: box.height - 2 * inset };
  return element("rect", { ...place, ...looks });
}

/** Drawn from its tip backwards: dashes of arrows that end at one box then fall on one another and do not fill their gaps. */
function arrowMark({ code }, { start, end, points, returns }, colour) {
  const looks = returns ? { stroke: colour("red"), "stroke-dasharray": "6 4" } : { stroke: colour("line-strong") };
  const tipped = returns || end.startsWith("p-") ? `url(#${code}-${returns ? "back" : "on"})` : undefined;
  const known = { id: `${code}-${start}-${end}`, d: way([...points].reverse()) };
  return element("path", { ...known, fill: "none", "stroke-width": 1.8, ...looks, "marker-start": tipped });
}

function framed({ code, title, about }, colour, wide, high, body) {
  const frame = { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, "font-family": FONT };
  const spoken = { role: "img", "aria-labelledby": `${code}-title ${code}-about` };
  const parts = [
    element("title", { id: `${code}-title` }, escaped(title)),
    element("desc", { id: `${code}-about` }, escaped(about)),
    element("defs", {}, tip(`${code}-on`, colour("line-strong")), tip(`${code}-back`, colour("red"))),
    element("rect", { width: "100%", height: "100%", fill: colour("surface") }),
  ];
  const whole = ["", ...parts, ...body, ""].join("\n");
  return `${element("svg", { xmlns: "http://www.w3.org/2000/svg", ...frame, ...spoken }, whole)}\n`;
}

function tip(id, fill) {
  const place = { viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" };
  return element("marker", { id, ...place }, element("path", { d: "M0 0L10 5L0 10z", fill }));
}
