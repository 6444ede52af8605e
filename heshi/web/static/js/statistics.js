/* Draw a table marked data-chart as a chart above it. The table stays; without this file nothing is missing. */
import { draw } from "../dist/charts.js";

/** Return the colours of the page, so that a chart never names one of its own. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  return ["--grey-line", "--blue", "--green", "--orange", "--red"].map((name) => style.getPropertyValue(name).trim());
}

function seriesOf(table) {
  const [, ...heads] = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const values = (column) => rows.map((row) => Number(row.cells[column].dataset.value));
  return {
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.map((name, index) => ({
      name,
      type: index === 0 ? "bar" : "line",
      symbol: ["circle", "rect", "triangle", "diamond", "pin"][index],
      symbolSize: 8,
      data: values(index + 1),
    })),
  };
}

for (const table of document.querySelectorAll("table[data-chart]")) {
  const { names, series } = seriesOf(table);
  const frame = document.createElement("div");
  frame.className = "statistics-chart";
  frame.setAttribute("role", "img");
  table.closest(".table-frame").before(frame);
  draw(frame, {
    aria: { enabled: true, label: { description: `${table.dataset.chart}，数据见下表` } },
    color: colours(),
    grid: { left: 48, right: 24, top: 48, bottom: 32 },
    legend: { top: 8 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: names },
    yAxis: { type: "value", minInterval: 1 },
    series,
  });
}
