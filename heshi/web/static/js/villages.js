/** List the villages as soon as a township is chosen; without this there is a button that does the same. */
export function listVillages(root) {
  const frame = root.querySelector("[data-villages]");
  const township = root.querySelector("select[name=township]");
  const village = frame?.querySelector("select");
  if (!frame || !township || !village) {
    return;
  }
  const list = async () => {
    const wanted = township.value;
    const answer = await fetch(`${frame.dataset.villages}?township=${encodeURIComponent(wanted)}`).catch(() => null);
    const options = answer?.ok ? await answer.text() : null;
    // A slow answer must not put the villages of one township under the name of another.
    if (options !== null && township.value === wanted) {
      village.innerHTML = options;
      village.value = village.dataset.wanted || village.value; // what she had chosen before the network broke
      frame.hidden = village.options.length < 2;
    }
  };
  township.addEventListener("change", list);
  // She was quicker than this script, or the browser put her choice back when she came back to the page.
  if (township.value && frame.hidden) {
    list();
  }
}
