// The map, loaded only by pages that show one: outlines, lines and one mark, drawn as SVG, from our own layers and no tiles.
export { DomEvent, DivIcon, GeoJSON, LatLngBounds, Map, Marker, Control } from "leaflet/dist/leaflet-src.esm.js";
