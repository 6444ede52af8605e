/* Small conveniences of every page. Each looks for its own data-… mark; without this file every page still works. */
import { showChosen } from "./chosen.js";
import { countLetters } from "./letters.js";
import { guardSending } from "./sending.js";
import { checkSizes } from "./sizes.js";
import { listVillages } from "./villages.js";
import { letWordsWait } from "./waiting.js";

document.documentElement.dataset.script = "on";

/** After a mistake, begin where it is explained. */
document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}

/** A key that leads to a field, for the clerk whose hands stay on the keyboard. */
addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  const field = !typing && !event.ctrlKey && !event.altKey && !event.metaKey && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (field) {
    event.preventDefault();
    field.focus();
  }
});

/** Native dialogs are opened by a button that names them. */
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
}

countLetters(document);
checkSizes(document);
showChosen(document);
listVillages(document);
letWordsWait(document);
guardSending(document);
for (const frame of document.querySelectorAll("[data-map]")) {
  import("./point.js").then(({ offerMap }) => offerMap(frame));
}
for (const box of document.querySelectorAll("[data-spot]")) {
  import("./spot.js").then(({ showSpot }) => showSpot(box));
}
if (document.querySelector("[data-recorder]")) {
  import("./recorder.js").then(({ offerRecorder }) => offerRecorder(document));
}
