/** Say where with a tap on the map, or with where the telephone is; the lists above always work. */
import { countyMap } from "./county-map.js";

export function offerMap(frame) {
  const form = frame.closest("form");
  const [lon, lat] = [form.querySelector("[data-lon]"), form.querySelector("[data-lat]")];
  const township = form.querySelector("select[name=township]");
  const village = form.querySelector("select[name=village]");
  const said = frame.querySelector("[data-map-said]");
  const answer = form.querySelector("[data-pin]");
  const clear = frame.querySelector("[data-map-clear]");
  const held = { map: null, mark: null, asked: 0 };

  /** What the server says of the mark: where it lies, and whether that was meant. The same sentence stands there without a script. */
  const ask = async () => {
    const turn = ++held.asked;
    const words = await fetch(frame.dataset.pinAddress, { method: "POST", body: new FormData(form) })
      .then((came) => (came.ok ? came.text() : null)).catch(() => null);
    // A slow answer must not speak of a place from which the mark has moved on.
    if (turn === held.asked) {
      answer.innerHTML = words ?? "";
      said.textContent = words === null ? "位置记下了，但现在连不上网，说不出是哪个村。" : "";
    }
  };
  const show = () => {
    clear.hidden = !lon.value;
    if (lon.value && held.mark) {
      held.mark.setLatLng([lat.value, lon.value]).addTo(held.map.view);
    }
  };
  const choose = (point) => {
    const { lat: north, lng: east } = held.map ? held.map.view.wrapLatLng(point) : point;
    [lon.value, lat.value] = [east.toFixed(6), north.toFixed(6)];
    show();
    ask();
  };
  const move = () => held.map?.goTo(township.value, village?.value);

  const open = async () => {
    const box = frame.querySelector("[data-map-canvas]");
    box.parentElement.hidden = false;
    held.map = await countyMap(box, frame.dataset.map);
    held.mark = held.map.mark({ draggable: true, autoPan: true });
    held.mark.on("dragend", () => choose(held.mark.getLatLng()));
    held.map.view.on("click", ({ latlng }) => choose(latlng));
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", "地图");
    box.setAttribute("aria-describedby", "map-hint");
    box.addEventListener("keydown", (event) => {
      if (event.target === box && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        choose(held.map.view.getCenter());
      }
    });
    show();
    await move();
    if (lon.value && !held.map.view.getBounds().contains([lat.value, lon.value])) {
      held.map.lookAt([lat.value, lon.value]);
    }
  };

  frame.querySelector("[data-map-open]").addEventListener("click", async (event) => {
    event.currentTarget.hidden = true;
    try {
      await open();
      frame.querySelector("[data-map-canvas]").focus({ preventScroll: true });
    } catch {
      frame.querySelector("[data-map-canvas]").parentElement.hidden = true;
      said.textContent = "地图打不开，请用上面的名单选，或者写上地点。";
    }
  });
  frame.querySelector("[data-map-here]").addEventListener("click", () => {
    said.textContent = "正在找您的位置……";
    const found = ({ coords }) => {
      choose({ lng: coords.longitude, lat: coords.latitude });
      held.map?.lookAt([coords.latitude, coords.longitude]);
    };
    const lost = () => { said.textContent = "手机没有给出位置，请用上面的名单选，或者写上地点。"; };
    navigator.geolocation ? navigator.geolocation.getCurrentPosition(found, lost, { timeout: 10000 }) : lost();
  });
  clear.addEventListener("click", () => {
    lon.value = lat.value = said.textContent = answer.innerHTML = "";
    held.asked += 1;
    held.mark?.remove();
    show();
  });
  form.addEventListener("change", (event) => {
    if (event.target === township || event.target === village) {
      move();
      lon.value && ask();
    }
  });
  show();
  frame.hidden = false; // not before: a button that does nothing yet would be pressed in vain
}
