// Pictures without a browser: a JSON list of what drawings say comes in, a JSON list of SVG texts goes out.
import { readFileSync } from "node:fs";
import { drawn } from "../heshi/web/static/dist/drawing.js";

const tokens = readFileSync(new URL("../heshi/web/static/css/tokens.css", import.meta.url), "utf8");

/** Return the colour that the pages name so; the first that stands there, for what follows is 大字版. */
function colour(name) {
  return tokens.match(new RegExp(`--${name}: ([^;]+);`))[1];
}

const pictures = [];
for (const drawing of JSON.parse(readFileSync(0, "utf8"))) {
  pictures.push(await drawn(drawing, colour));
}
process.stdout.write(JSON.stringify(pictures));
