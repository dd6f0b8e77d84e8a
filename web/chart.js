import { parseUsd, rounded } from "./usd.js";

const margin = { left: 56, right: 4, top: 8, bottom: 22 };
/** A date, which stays chosen when the page reads anew. */
let chosen;

/** One for each of the dearest groups. */
const palette = "#3b7ddd #e58e26 #2a9d8f #c94f7c #8e6fd1 #7a9a3a #b5533c #4aa6c9".split(" ");
export const othersColour = "#8a929b";
const unallocatedColour = "#e8c31e";

/** Of groups in their order. */
export function coloursOf(names) {
  const free = [...palette];
  const isUnallocated = (name) => /^unallocated( · |$)/.test(name);
  return names.map((name) => (isUnallocated(name) ? unallocatedColour : (free.shift() ?? othersColour)));
}

function svg(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function daysOf({ from, to, rows }) {
  const days = new Map();
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.set(new Date(at).toISOString().slice(0, 10), new Map());
  }
  for (const row of rows) {
    const costs = days.get(row.date);
    costs?.set(row.group, (costs.get(row.group) ?? 0n) + parseUsd(row.cost_usd));
  }
  return [...days].map(([date, costs]) => ({ date, costs, total: [...costs.values()].reduce((a, b) => a + b, 0n) }));
}

/** 1, 2 or 5 × a power of ten, so that at most six steps reach the top. */
function stepOf(top) {
  const power = 10 ** Math.floor(Math.log10(top / 6 || 1));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => top / step <= 6) ?? power * 10;
}

const usd = (pico) => Number(pico) / 1e12;

/** One stacked column a day. Hovering, tapping and the slider choose a day, which `readout` tells. */
export function drawChart({ chart, pick, readout }, { groups, ...report }) {
  const { clientWidth: width, clientHeight: height } = chart;
  const days = daysOf(report);
  const step = stepOf(Math.max(...days.map((day) => usd(day.total)), 0.01));
  const top = Math.max(step, Math.ceil(Math.max(...days.map((day) => usd(day.total))) / step) * step);
  const slot = (width - margin.left - margin.right) / days.length;
  const y = (value) => margin.top + (height - margin.top - margin.bottom) * (1 - value / top);
  const parts = [];
  for (let value = 0; value <= top + step / 2; value += step) {
    parts.push(svg("line", { x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }));
    parts.push(
      svg("text", { x: margin.left - 6, y: y(value) + 4, "text-anchor": "end" }, `$${Number(value.toPrecision(3))}`),
    );
  }
  const columns = days.map((day, i) => {
    let under = 0;
    for (const { name, colour } of groups) {
      const value = usd(day.costs.get(name) ?? 0n);
      if (value <= 0) continue;
      const [x, gap] = [margin.left + i * slot, Math.min(2, slot / 4)];
      parts.push(
        svg("rect", {
          fill: colour,
          x,
          width: slot - gap,
          y: y(under + value),
          height: y(under) - y(under + value),
        }),
      );
      under += value;
    }
    const every = Math.ceil(days.length / Math.max(1, Math.floor(width / 90)));
    if (i % every === 0) parts.push(svg("text", { x: margin.left + i * slot, y: height - 6 }, day.date.slice(5)));
    const column = svg("rect", {
      class: "column",
      x: margin.left + i * slot,
      width: slot,
      y: margin.top,
      height: height - margin.top - margin.bottom,
    });
    column.addEventListener("pointerenter", () => choose(i));
    return column;
  });
  chart.replaceChildren(...parts, ...columns);

  function choose(i) {
    for (const [at, column] of columns.entries()) column.classList.toggle("chosen", at === i);
    const { date, costs, total } = days[i];
    chosen = date;
    pick.value = i;
    pick.setAttribute("aria-valuetext", date);
    const dearest = [...costs].sort((a, b) => usd(b[1]) - usd(a[1])).slice(0, 3);
    readout.textContent = `${date}: $${rounded(total)}${dearest.map(([name, cost]) => ` · ${name} $${rounded(cost)}`).join("")}`;
  }
  pick.max = days.length - 1;
  pick.oninput = () => choose(Number(pick.value));
  const before = days.findIndex(({ date }) => date === chosen);
  choose(before >= 0 ? before : days.length - 1);
}
