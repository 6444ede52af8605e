// The charts, loaded only by pages that show one; only the parts we use, drawn as SVG so that they print well.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  AriaComponent,
  BarChart,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  PieChart,
  SVGRenderer,
  TooltipComponent,
]);

// Tooltips as rich text: the HTML kind writes style attributes, which the content security policy refuses.
export function draw(element, option) {
  const chart = echarts.init(element, null, { renderer: "svg" });
  chart.setOption({ aria: { enabled: true }, tooltip: { renderMode: "richText" }, ...option });
  new ResizeObserver(() => chart.resize()).observe(element);
  return chart;
}

export default echarts;
