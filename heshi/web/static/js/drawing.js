/* Draw the playbook that the page tells of, as wide as there is room; let it be enlarged, moved, opened alone and saved.
   Without this file the tables below say the same. */
import { drawn } from "../dist/drawing.js";

const STEP = 1.4;
const MOST = 4;
const SMALLEST = 12;
const OF_A_SCREEN = 0.9;
const KEYS = { "+": "larger", "=": "larger", "-": "smaller", 0: "whole" };

/** Return the colour or the size that a token of the page names. */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Return how much larger a drawing must be for its smallest letters to be as large as the page's, in 大字版 too. */
function legible() {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return (parseFloat(token("text-small")) * root) / SMALLEST;
}

async function show(place) {
  const words = JSON.parse(document.getElementById(place.dataset.drawing).textContent);
  const picture = await drawn(words, token);
  const svg = new DOMParser().parseFromString(picture, "image/svg+xml").documentElement;
  const frame = place.querySelector("[tabindex]");
  frame.replaceChildren(document.adoptNode(svg));
  offerFile(place, picture);
  offerSizes(place, frame, svg);
  offerMoving(frame);
  for (const hidden of place.querySelectorAll("[hidden]")) {
    hidden.hidden = false;
  }
}

function offerFile(place, picture) {
  const address = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  for (const link of place.querySelectorAll("[data-drawing-file]")) {
    link.href = address;
  }
}

function offerSizes(place, frame, svg) {
  const full = svg.viewBox.baseVal.width * legible();
  const now = () => svg.getBoundingClientRect().width;
  const { width, height } = svg.viewBox.baseVal;
  const whole = () => Math.min(frame.clientWidth, full, (innerHeight * OF_A_SCREEN * width) / height);
  const sizes = {
    larger: () => Math.min(now() * STEP, full * MOST),
    smaller: () => Math.max(now() / STEP, whole()),
    full: () => full,
    wide: () => 0,
    whole,
  };
  const resize = (name) => keepingInSight(frame, svg, () => setWidth(frame, svg, sizes[name](), full));
  setWidth(frame, svg, 0, full);
  for (const button of place.querySelectorAll("[data-drawing-size]")) {
    button.addEventListener("click", () => resize(button.dataset.drawingSize));
  }
  frame.addEventListener("keydown", (event) => {
    const name = !event.ctrlKey && !event.altKey && !event.metaKey && KEYS[event.key];
    if (name) {
      event.preventDefault();
      resize(name);
    }
  });
  // Two fingers on a trackpad arrive as a wheel with Ctrl; two fingers on a screen enlarge the page, which is as good.
  const pinch = (event) => {
    if (event.ctrlKey && event.deltaY) {
      event.preventDefault();
      resize(event.deltaY < 0 ? "larger" : "smaller");
    }
  };
  frame.addEventListener("wheel", pinch, { passive: false });
}

/** Make the drawing so many pixels wide; nought is the width of its frame, also when the window changes. */
function setWidth(frame, svg, width, full) {
  const fits = width === 0;
  svg.style.inlineSize = fits ? "100%" : `${width}px`;
  svg.style.maxInlineSize = fits ? `${full}px` : "none";
  frame.toggleAttribute("data-enlarged", !fits && width > frame.clientWidth);
}

/** Do something to the size and bring the box that was nearest to the middle of the screen there: never an empty corner. */
function keepingInSight(frame, svg, change) {
  const seen = frame.getBoundingClientRect();
  const middle = { x: (seen.left + seen.right) / 2, y: (Math.max(seen.top, 0) + Math.min(seen.bottom, innerHeight)) / 2 };
  const away = (box) => Math.hypot(centre(box).x - middle.x, centre(box).y - middle.y);
  const nearest = [...svg.querySelectorAll("g[id]")].reduce((one, other) => (away(other) < away(one) ? other : one));
  change();
  frame.scrollLeft += centre(nearest).x - middle.x;
  scrollBy(0, centre(nearest).y - middle.y);
}

function centre(box) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** A mouse takes hold of an enlarged drawing; a finger scrolls it anyway. */
function offerMoving(frame) {
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && frame.hasAttribute("data-enlarged")) {
      frame.setPointerCapture(event.pointerId);
    }
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) {
      frame.scrollLeft -= event.movementX;
      scrollBy(0, -event.movementY);
    }
  });
}

for (const place of document.querySelectorAll("[data-drawing]")) {
  show(place);
}
