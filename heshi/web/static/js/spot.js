/** Show where a resident put her mark; beside it stands in words what the map shows. */
import { countyMap } from "./county-map.js";

export async function showSpot(box) {
  try {
    box.hidden = false;
    const map = await countyMap(box, box.dataset.spot);
    const point = [box.dataset.spotLat, box.dataset.spotLon];
    map.mark({ interactive: false }).setLatLng(point).addTo(map.view);
    map.lookAt(point);
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", "地图：标出的位置");
  } catch {
    box.hidden = true; // the words say it
  }
}
