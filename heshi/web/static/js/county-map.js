/**
 * The map of the county, from layers of our own: the towns and the main roads first, the villages of a town once one looks there.
 * Where it is drawn the caller says; what is drawn looks as css/map.css says.
 */
const CLOSE = 1.6; // villages are shown once no more than so many towns fit side by side
const GAP = 4; // between two names, in dots

export async function countyMap(box, address) {
  const [leaflet, answer] = await Promise.all([import("../dist/map.js"), fetch(address), styled()]);
  if (!answer.ok) {
    throw new Error(answer.statusText);
  }
  return new CountyMap(box, address, leaflet, await answer.json());
}

/** The library's own styles come with it: a page on which nobody opens the map does not load them. */
function styled() {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("../dist/map.css", import.meta.url).href;
  return new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    document.head.prepend(sheet); // before ours, which has the last word
  });
}

class CountyMap {
  constructor(box, address, leaflet, county) {
    this.address = address;
    this.leaflet = leaflet;
    this.towns = county.features.filter((one) => one.properties.kind === "town");
    this.villages = new Map(); // by the code of their town, as promises
    this.names = [];
    this.outlines = new Map();
    this.whole = this.bounds(county.bbox);
    this.view = new leaflet.Map(box, {
      attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, maxZoom: 17,
      maxBounds: this.whole.pad(0.5), fadeAnimation: false,
    });
    this.view.fitBounds(this.whole);
    this.view.setMinZoom(this.view.getZoom() - 0.5);
    new leaflet.Control.Zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(this.view);
    this.draw(county);
    this.view.on("moveend", () => this.look());
    this.look();
  }

  bounds([west, south, east, north]) {
    return new this.leaflet.LatLngBounds([south, west], [north, east]);
  }

  draw(layer) {
    new this.leaflet.GeoJSON(layer, {
      interactive: false,
      style: ({ properties }) => ({ className: `map-${properties.kind}` }),
      onEachFeature: ({ properties }, outline) => this.outlines.set(properties.code, outline),
    }).addTo(this.view);
    for (const { properties, geometry } of layer.features) {
      this.name(properties, properties.at ?? middleOf(geometry));
    }
  }

  name({ kind, name }, [lon, lat]) {
    const icon = new this.leaflet.DivIcon({ className: `map-name map-name-${kind}`, html: "", iconSize: [0, 0] });
    const label = new this.leaflet.Marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(this.view);
    const words = document.createElement("span");
    words.textContent = name;
    label.getElement().append(words);
    this.names.push({ kind, words });
  }

  /** Load the villages of the towns one looks at, and show of the names as many as do not lie on each other. */
  async look() {
    const seen = this.view.getBounds();
    const near = this.towns.filter((town) => seen.intersects(this.bounds(town.bbox)));
    const isClose = this.townsBeside(seen) <= CLOSE;
    if (isClose) {
      await Promise.all(near.map((town) => this.villagesOf(town.properties.code))).catch(() => {}); // names less, and the map still works
    }
    this.thin(isClose);
  }

  /** Return how many towns of a usual size fit into what one looks at, side by side or one above the other, whichever is less. */
  townsBeside(seen) {
    const sizes = this.towns.map(({ bbox: [west, south, east, north] }) => [east - west, north - south]);
    const usual = (side) => sizes.reduce((sum, size) => sum + size[side], 0) / sizes.length;
    return Math.min((seen.getEast() - seen.getWest()) / usual(0), (seen.getNorth() - seen.getSouth()) / usual(1));
  }

  villagesOf(code) {
    if (!this.villages.has(code)) {
      this.villages.set(code, this.loaded(code).catch((wrong) => {
        this.villages.delete(code);
        throw wrong;
      }));
    }
    return this.villages.get(code);
  }

  async loaded(code) {
    const answer = await fetch(this.address.replace(/[^/]+\.json$/, `${code}.json`));
    if (!answer.ok) {
      throw new Error(answer.statusText);
    }
    const layer = await answer.json();
    this.draw(layer);
    return layer.features;
  }

  thin(isClose) {
    const order = isClose ? ["village", "road", "town"] : ["town", "road", "village"];
    const kept = [];
    for (const { kind, words } of [...this.names].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))) {
      words.hidden = isClose ? kind === "town" : kind === "village";
      const own = words.getBoundingClientRect();
      words.hidden = words.hidden || kept.some((one) => one.left < own.right + GAP && own.left < one.right + GAP && one.top < own.bottom && own.top < one.bottom);
      if (!words.hidden) {
        kept.push(own);
      }
    }
  }

  /** Move to a town, or to a village in it; to nothing else than what is drawn. */
  async goTo(town, village) {
    const there = this.towns.find((one) => one.properties.code === town);
    this.choose("");
    if (!there) {
      return;
    }
    this.choose(town);
    this.view.fitBounds(this.bounds(there.bbox));
    const own = village && (await this.villagesOf(town).catch(() => [])).find((one) => one.properties.code === village);
    if (own) {
      this.choose(village);
      this.view.fitBounds(this.bounds(own.bbox).pad(0.3));
    }
  }

  /** Colour one town or village, and no other. */
  choose(code) {
    for (const [own, outline] of this.outlines) {
      outline.getElement()?.classList.toggle("map-chosen", own === code);
    }
  }

  /** Return a mark that can be set, moved and taken away. */
  mark(options = {}) {
    const icon = new this.leaflet.DivIcon({ className: "map-pin", iconSize: [40, 48], iconAnchor: [20, 46], html: PIN });
    return new this.leaflet.Marker([0, 0], { icon, keyboard: false, ...options });
  }

  /** Look at a point from as near as a village. */
  lookAt(point) {
    this.view.setMaxBounds(null); // a mark may lie outside the county, and must be seen there
    this.view.setMinZoom(0);
    this.view.setView(point, Math.max(this.view.getBoundsZoom(this.whole), 13));
  }
}

const PIN = '<svg viewBox="0 0 40 48" aria-hidden="true"><path d="M20 46C8 31 4 25 4 17a16 16 0 0 1 32 0c0 8-4 14-16 29z"/><circle cx="20" cy="17" r="6"/></svg>';

function middleOf({ type, coordinates }) {
  const line = type === "MultiLineString" ? coordinates[0] : coordinates;
  return line[Math.floor(line.length / 2)];
}
