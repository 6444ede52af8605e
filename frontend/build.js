// Bundle what comes from npm into heshi/web/static/dist; our own modules in heshi/web/static/js need no bundling.
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = `${here}../heshi/web/static/dist`;

await mkdir(target, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/htmx.js", "src/map.js", "src/charts.js", "src/drawing.js"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  legalComments: "linked",
  logLevel: "warning",
});
await copyFile(`${here}node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js`, `${target}/map-worker.js`);
await copyFile(`${here}node_modules/maplibre-gl/dist/maplibre-gl.css`, `${target}/map.css`);
