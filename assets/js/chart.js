// Draws every [data-chart] on the page. The policy allows no inline style, so tooltips are drawn, not built of HTML.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const COLOURS = ["#066fd1", "#0ca678", "#f59f00", "#ae3ec9", "#d63939", "#667382"];
const INK = "#4b5563";
const NUMBER = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });

window.tuokeCharts = () => {
  for (const figure of document.querySelectorAll("[data-chart]:not([data-drawn])")) draw(figure);
};

function draw(figure) {
  figure.dataset.drawn = "yes";
  const said = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const place = figure.querySelector(".chart-drawing");
  place.hidden = false;
  if (said.kind === "bars") place.classList.add(`chart-rows-${Math.min(12, said.labels.length)}`);
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption(option(said));
  new ResizeObserver(() => chart.resize()).observe(place);
}

function option(said) {
  const lying = said.kind === "bars";
  const names = {
    type: "category",
    data: said.labels,
    inverse: lying,
    axisTick: { show: false },
    axisLabel: { color: INK, width: lying ? 110 : undefined, overflow: "truncate" },
    axisLine: { lineStyle: { color: "#dce1e7" } },
  };
  const numbers = {
    type: "value",
    name: lying ? "" : said.unit,
    nameTextStyle: { color: INK, align: "right" },
    axisLabel: { color: INK, formatter: (value) => NUMBER.format(value) },
    splitLine: { lineStyle: { color: "#e9edf2" } },
  };
  return {
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => worded(value, said.unit) },
    legend: said.series.length > 1 ? { top: 0, textStyle: { color: INK } } : undefined,
    grid: { left: 8, right: 24, top: said.series.length > 1 ? 36 : lying ? 8 : 32, bottom: 4, containLabel: true },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    series: said.series.map((series) => ({
      name: series.name,
      type: said.kind === "line" ? "line" : "bar",
      data: series.values,
      barMaxWidth: 28,
      symbolSize: 7,
      label: { show: said.series.length === 1, position: lying ? "right" : "top", color: INK, formatter: ({ value }) => (value == null ? "" : NUMBER.format(value)) },
    })),
  };
}

function worded(value, unit) {
  if (value == null) return "—";
  if (unit === "CNY") return `${unit} ${NUMBER.format(value)}`;
  return `${NUMBER.format(value)}${unit === "%" ? "" : " "}${unit}`;
}
