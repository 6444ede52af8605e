// Where boxes stand and how arrows run: ELK, told what our drawings need.
import ELK from "elkjs/lib/elk.bundled.js";

const WISHES = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.nodeNodeBetweenLayers": "36",
  // These three make the drawings narrow and untangle them; docs/decisions/0012 has the figures.
  "elk.separateConnectedComponents": "false",
  "elk.layered.nodePlacement.strategy": "LINEAR_SEGMENTS",
  "elk.layered.thoroughness": "100",
  "elk.randomSeed": "1", // One playbook, one picture, to the byte.
};

/**
 * Return where each box stands and each arrow runs, and how wide and high all of it is.
 * Boxes are {name, width, height}, arrows {start, end, returns}; an arrow comes back with its corner points.
 */
export async function placed(boxes, arrows) {
  const layout = await new ELK().layout({
    id: "drawing",
    layoutOptions: WISHES,
    children: boxes.map(({ name, width, height }) => ({
      id: name,
      width,
      height,
      layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
      ports: doors(name, arrows),
    })),
    edges: arrows.map(edge),
  });
  return {
    width: layout.width,
    height: layout.height,
    boxes: new Map(layout.children.map((box) => [box.id, box])),
    arrows: layout.edges.map((found, index) => ({ ...arrows[index], points: points(found.sections[0], arrows[index].returns) })),
  };
}

/** An arrow that returns is handed over turned round, so that the rows follow the usual way down and only it runs up. */
function edge(arrow) {
  const ends = [doorOut(arrow), doorIn(arrow)];
  const [source, target] = arrow.returns ? ends.reverse() : ends;
  return { id: `${arrow.start}→${arrow.end}`, sources: [source], targets: [target] };
}

/**
 * Arrows share a door, and then part of their way, only where they end at the same box: were they to share where they begin as
 * well, a reader could follow a line to a step that is not open there.
 */
const doorIn = ({ end, returns }) => `${end}:${returns ? "back" : "in"}`;
const doorOut = ({ start, end }) => `${start}:to:${end}`;

/** What leads on leaves below and enters above; what returns leaves above and enters below. */
function doors(name, arrows) {
  const out = arrows.filter(({ start }) => start === name).map((arrow) => [doorOut(arrow), arrow.returns ? "NORTH" : "SOUTH"]);
  const into = arrows.filter(({ end }) => end === name).map((arrow) => [doorIn(arrow), arrow.returns ? "SOUTH" : "NORTH"]);
  return [...new Map([...into, ...out])].map(([id, side]) => ({ id, layoutOptions: { "elk.port.side": side } }));
}

function points({ startPoint, bendPoints = [], endPoint }, turned) {
  const way = [startPoint, ...bendPoints, endPoint];
  return turned ? way.reverse() : way;
}
