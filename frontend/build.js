// Bundle what comes from npm into heshi/web/static/dist; our own modules in heshi/web/static/js need no bundling.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../heshi/web/static/dist/", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: ["src/htmx.js", "src/map.js", "src/map.css", "src/charts.js", "src/drawing.js"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  loader: { ".png": "empty" }, // pictures of parts of the map that no page shows
  legalComments: "linked",
  logLevel: "warning",
});

// Packed once here, so that a telephone on a slow line gets a quarter of the bytes; the server hands out what lies beside.
for (const name of await readdir(target)) {
  if (/\.(js|css)$/.test(name)) {
    await writeFile(`${target}${name}.gz`, gzipSync(await readFile(`${target}${name}`), { level: 9 }));
  }
}
