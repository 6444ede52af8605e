/** Say where with a tap on the map, or with where the telephone is; the lists above always work. */
export function offerMap(root) {
  const frame = root.querySelector("[data-map]");
  const lon = root.querySelector("[data-lon]");
  const lat = root.querySelector("[data-lat]");
  if (!frame || !lon || !lat) {
    return;
  }
  const said = frame.querySelector("[data-map-said]");
  const held = { map: null, marker: null, grids: null };

  const choose = (point, words) => {
    lon.value = point.lng.toFixed(6);
    lat.value = point.lat.toFixed(6);
    said.textContent = words;
    frame.querySelector("[data-map-clear]").hidden = false;
    held.marker?.setLngLat(point).addTo(held.map);
  };
  const clear = () => {
    lon.value = lat.value = said.textContent = "";
    frame.querySelector("[data-map-clear]").hidden = true;
    held.marker?.remove();
  };

  frame.querySelector("[data-map-open]").addEventListener("click", async (event) => {
    event.target.hidden = true;
    try {
      await draw(frame, held, choose);
    } catch {
      said.textContent = "地图打不开，请用上面的名单选，或者写上地点。";
    }
  });
  frame.querySelector("[data-map-here]").addEventListener("click", () => {
    said.textContent = "正在找您的位置……";
    const found = ({ coords }) => choose({ lng: coords.longitude, lat: coords.latitude }, "已记下您现在的位置。");
    const lost = () => { said.textContent = "手机没有给出位置，请用上面的名单选，或者写上地点。"; };
    navigator.geolocation ? navigator.geolocation.getCurrentPosition(found, lost, { timeout: 10000 }) : lost();
  });
  frame.querySelector("[data-map-clear]").addEventListener("click", clear);
  if (lon.value && lat.value) {
    said.textContent = "已经标过一个位置。";
    frame.querySelector("[data-map-clear]").hidden = false;
  }
  frame.hidden = false; // not before: a button that does nothing yet would be pressed in vain
}

async function draw(frame, held, choose) {
  const [{ default: maplibregl }, answer] = await Promise.all([import("../dist/map.js"), fetch(frame.dataset.map)]);
  const grids = await answer.json();
  const box = frame.querySelector("[data-map-canvas]");
  box.hidden = false;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  held.map = new maplibregl.Map({
    container: box,
    bounds: boundsOf(grids.features),
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    dragRotate: false,
    cooperativeGestures: false,
    style: {
      version: 8,
      sources: { grids: { type: "geojson", data: grids } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colour("--paper") } },
        { id: "grids", type: "fill", source: "grids", paint: { "fill-color": colour("--brand-soft"), "fill-opacity": 1 } },
        { id: "lines", type: "line", source: "grids", paint: { "line-color": colour("--brand-line"), "line-width": 1 } },
      ],
    },
  });
  held.map.touchZoomRotate.disableRotation();
  held.map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  held.marker = new maplibregl.Marker({ color: colour("--seal") });
  nameTownships(maplibregl, held.map, grids.features);
  held.map.on("click", ({ lngLat, point }) => {
    const grid = held.map.queryRenderedFeatures(point, { layers: ["grids"] })[0];
    const words = grid ? `您点的是：${nameOf(grid.properties.division)} ${grid.properties.name}` : "您点在了本县以外，请再看一看。";
    choose(lngLat, words);
  });
}

/** The names are already on the page, in the list of townships. */
function nameOf(division) {
  return document.querySelector(`select[name=township] option[value="${division.slice(0, 9)}"]`)?.textContent ?? "";
}

function nameTownships(maplibregl, map, features) {
  const places = Map.groupBy ? Map.groupBy(features, (one) => one.properties.division.slice(0, 9)) : new Map();
  for (const [township, own] of places) {
    const [[west, south], [east, north]] = boundsOf(own);
    const label = document.createElement("span");
    label.className = "map-name";
    label.textContent = nameOf(township);
    new maplibregl.Marker({ element: label }).setLngLat([(west + east) / 2, (south + north) / 2]).addTo(map);
  }
}

function boundsOf(features) {
  const corners = features.flatMap((one) => one.geometry.coordinates.flat(one.geometry.type === "MultiPolygon" ? 2 : 1));
  const [lons, lats] = [corners.map(([lon]) => lon), corners.map(([, lat]) => lat)];
  const least = (all) => all.reduce((one, other) => Math.min(one, other));
  const most = (all) => all.reduce((one, other) => Math.max(one, other));
  return [[least(lons), least(lats)], [most(lons), most(lats)]];
}
