// htmx as our pages allow it: no eval, no style of its own (the content security policy would refuse both).
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.attributesToSettle = ["class", "width", "height"]; // "style" is one the policy refuses
htmx.config.historyCacheSize = 0; // Personal words must not stay in the browser's storage.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "409", swap: true, error: false }, // somebody was first: the form comes back filled in
  { code: "422", swap: true, error: false }, // something is missing: the form comes back filled in
  { code: "[45]..", swap: false, error: true },
];

window.htmx = htmx;
export default htmx;
