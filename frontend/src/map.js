// The map, loaded only by pages that show one. Its worker is a file of its own, as the content security policy asks.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp.js";

maplibregl.setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);

export default maplibregl;
