import type { JudgedSeries } from "./nab.ts";

const width = 1_000;
const left = 12;
const panelHeight = 130;
const plotHeight = 78;
const top = 62;
const dayMs = 86_400_000;

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const number = (value: number) => value.toFixed(1);

/** One series: its hours as a line, the labelled windows behind it, the days and hours that are found above it. */
function panel(series: JudgedSeries, place: number): string {
  const { name, startMs, hours, windows, dailyDays, hourlyDays } = series;
  const y = top + place * panelHeight;
  const endMs = startMs + hours.length * 3_600_000;
  const x = (ms: number) => left + ((ms - startMs) / (endMs - startMs)) * (width - 2 * left);
  const highest = Math.max(...hours);
  const base = y + plotHeight;
  const line = hours
    .map(
      (value, hour) =>
        `${number(x(startMs + hour * 3_600_000))},${number(base - (value / highest) * (plotHeight - 14))}`,
    )
    .join(" ");
  const shades = windows.map(
    ([from, to]) =>
      `<rect class="labelled" x="${number(x(from))}" y="${y}" width="${number(x(to) - x(from))}" height="${plotHeight}"/>`,
  );
  const dayMark = (day: number, kind: "daily" | "hourly", height: number) => {
    const from = x(startMs + day * dayMs);
    const to = Math.min(width - left, x(startMs + (day + 1) * dayMs));
    return `<rect class="${kind}" x="${number(from)}" y="${y + height}" width="${number(to - from)}" height="5"/>`;
  };
  return [
    `<text class="name" x="${left}" y="${y - 6}">${name}: ${series.found} of ${windows.length} windows hit, ${dateOf(startMs)} to ${dateOf(endMs)}</text>`,
    ...shades,
    `<polyline class="cost" points="${line}"/>`,
    `<line class="axis" x1="${left}" y1="${base}" x2="${width - left}" y2="${base}"/>`,
    ...dailyDays.map((day) => dayMark(day, "daily", 0)),
    ...hourlyDays.map((day) => dayMark(day, "hourly", 7)),
  ].join("\n");
}

const legend = [
  { kind: "labelled", text: "labelled window", x: 12 },
  { kind: "daily", text: "day found by the daily rule", x: 160 },
  { kind: "hourly", text: "day with an hour found by the hourly rule", x: 370 },
];

const style = `text { font: 12px sans-serif; fill: #222 } .name { font-weight: bold } .title { font-size: 15px; font-weight: bold }
.labelled { fill: #f4c542; fill-opacity: 0.45 } .cost { fill: none; stroke: #1f5fa8; stroke-width: 0.7 }
.daily { fill: #c62828 } .hourly { fill: #2e7d32 } .axis { stroke: #999 }`;

/** An SVG of all series, one below the other. */
export function pictureOf(series: readonly JudgedSeries[]): string {
  const height = top + series.length * panelHeight;
  const keys = legend.map(
    ({ kind, text, x }) =>
      `<rect class="${kind}" x="${x}" y="28" width="14" height="9"/><text x="${x + 20}" y="37">${text}</text>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    "<title>NAB: hourly advertising prices, their labelled anomalies, and what is found</title>",
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="title" x="${left}" y="18">NAB: hourly advertising prices, labelled anomalies and what is found</text>`,
    ...keys,
    ...series.map(panel),
    "</svg>",
  ].join("\n")}\n`;
}
