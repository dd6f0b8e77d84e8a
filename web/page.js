import { coloursOf, drawChart, othersColour } from "./chart.js";
import { allDecimals, exact, parseUsd, rounded } from "./usd.js";

const byId = (id) => document.getElementById(id);
const element = (name, text, ...children) => {
  const made = document.createElement(name);
  made.append(...(text === undefined ? [] : [text]), ...children);
  return made;
};
const refreshMs = 15_000;

/** The key comes in the fragment, which browsers send to nobody, and is then taken out of the address. */
function takeKey() {
  const sent = new URLSearchParams(location.hash.slice(1)).get("key");
  if (sent) {
    sessionStorage.setItem("key", sent);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("key");
}

async function read(path, query = {}) {
  const headers = { authorization: `Bearer ${sessionStorage.getItem("key")}` };
  const response = await fetch(`${path}?${new URLSearchParams(query)}`, { headers });
  const body = await response.json();
  if (response.ok) return body;
  throw Object.assign(new Error(body.error?.message ?? `${path}: ${response.status}`), { status: response.status });
}

async function readReport(query) {
  const first = await read("/v1/reports/cost", query);
  const rows = [...first.rows];
  for (let cursor = first.next_cursor; cursor; ) {
    const page = await read("/v1/reports/cost", { ...query, cursor });
    rows.push(...page.rows);
    cursor = page.next_cursor;
  }
  return { ...first, rows };
}

const utcDay = (daysAgo) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

/** What a row counts to. Cost classes are never mixed: of what has several, each class is a group of its own. */
const groupNameOf = (row, dimension) =>
  dimension === "cost_class" ? row.cost_class : `${row[dimension]} · ${row.cost_class}`;

/** Groups with their sums, dearest first; those past the colours share the last one. */
function groupsOf(rows) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row.group) ?? { name: row.group, cost: 0n, list: 0n, requests: 0, unpriced: 0 };
    group.cost += parseUsd(row.cost_usd);
    group.list += parseUsd(row.list_cost_usd);
    group.requests += row.requests;
    if (row.price_status === "unpriced") group.unpriced += row.requests;
    groups.set(row.group, group);
  }
  const sorted = [...groups.values()].sort((a, b) => Number(b.cost - a.cost));
  const colours = coloursOf(sorted.map(({ name }) => name));
  return sorted.map((group, i) => ({ ...group, colour: colours[i] }));
}

const whole = (count) => count.toLocaleString();

function showTotals(report) {
  const total = (name, usd, more) => {
    const value = element("dd", `$${rounded(parseUsd(usd))}`, element("small", more));
    value.title = `${usd} USD`;
    return [element("dt", name), value];
  };
  const calls = ({ requests }) => `${whole(requests)} calls`;
  const { unallocated, estimated, unpriced, cost_classes } = report;
  const blocks = [
    total("Cost", report.total_cost_usd, `exactly ${report.total_cost_usd} USD`),
    total("At list prices", report.total_list_cost_usd, `exactly ${report.total_list_cost_usd} USD`),
    ...cost_classes.map((one) => total(`Of it ${one.cost_class}`, one.cost_usd, `exactly ${one.cost_usd} USD`)),
    total("Of it unallocated", unallocated.cost_usd, `${calls(unallocated)}, attribution incomplete`),
    total("Of it estimated", estimated.cost_usd, `${calls(estimated)}, rate or quantities not exact`),
    [
      element("dt", "Unpriced"),
      element("dd", calls(unpriced), element("small", "no rate for their model: cost not known, in no sum")),
    ],
  ];
  byId("totals").replaceChildren(...blocks.map((block) => element("div", undefined, ...block)));
}

function amountCell(pico, { requests, unpriced }, format) {
  const isUnknown = pico === 0n && unpriced > 0 && unpriced === requests;
  const cell = element("td", isUnknown ? "unknown" : format(pico));
  cell.title = isUnknown ? "no rate for the model" : `${exact(pico)} USD`;
  return cell;
}

function groupLine(head, group, format) {
  const counts = [group.requests, group.unpriced].map((count) => element("td", whole(count)));
  return element(
    "tr",
    undefined,
    head,
    amountCell(group.cost, group, format),
    amountCell(group.list, group, format),
    ...counts,
  );
}

function showGroups(groups, dimension) {
  const all = { cost: 0n, list: 0n, requests: 0, unpriced: 0 };
  for (const group of groups) for (const name of Object.keys(all)) all[name] += group[name];
  const rows = groups.map((group) => {
    const swatch = element("span");
    swatch.className = "swatch";
    swatch.style.background = group.colour;
    const head = element("th", undefined, swatch, group.name);
    if (group.colour === othersColour) head.append(" ", element("small", "others"));
    return groupLine(head, group, rounded);
  });
  const title = dimension === "cost_class" ? "cost class" : `${dimension.replace("_", " ")} · cost class`;
  const titles = [title, "cost, USD", "list, USD", "requests", "unpriced"];
  const head = element("tr", undefined, ...titles.map((title) => element("th", title)));
  const foot = groupLine(element("th", "all, exactly"), all, allDecimals);
  const parts = [
    ["thead", head],
    ["tbody", ...rows],
    ["tfoot", foot],
  ];
  byId("groups").replaceChildren(...parts.map(([name, ...lines]) => element(name, undefined, ...lines)));
}

function showCurl() {
  const event = {
    ...{
      id: `call-${Date.now()}`,
      source: "my-service",
      time: new Date().toISOString(),
      provider: "openai",
      model: "gpt-4o",
    },
    meters: { uncached_input_tokens: 1200, text_output_tokens: 300 },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
  };
  byId("curl").textContent =
    `curl ${location.origin}/v1/events -H "authorization: Bearer $FINOPS_KEY" \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(event)}'`;
}

const endOf = ({ status }) => (status === "skipped" ? "nothing new" : status);

async function show() {
  const { group, days } = Object.fromEntries(new FormData(byId("choice")));
  const query = {
    from: utcDay(days - 1),
    to: utcDay(0),
    granularity: "daily",
    group_by: [...new Set([group, "cost_class", "price_status"])].join(),
  };
  const [report, status] = await Promise.all([readReport(query), read("/v1/status")]);
  const rows = report.rows.map((row) => ({ ...row, group: groupNameOf(row, group) }));
  const groups = groupsOf(rows);
  byId("door").hidden = true;
  byId("report").hidden = false;
  byId("demo").hidden = !report.demo;
  const isEmpty = report.row_count === 0;
  byId("empty").hidden = !isEmpty;
  byId("days").hidden = isEmpty;
  if (isEmpty) byId("send").open = true;
  showTotals(report);
  if (!isEmpty) {
    drawChart({ chart: byId("chart"), pick: byId("pick"), readout: byId("day") }, { ...query, rows, groups });
    showGroups(groups, group);
  }
  const run = status.last_run
    ? `the pipeline last ran ${new Date(status.last_run.finished_at).toLocaleString()} (${endOf(status.last_run)})`
    : "the pipeline has not run yet";
  byId("fresh").textContent = `Days are UTC. Read ${new Date(report.generated_at).toLocaleTimeString()}; ${run}.`;
}

async function refresh() {
  try {
    await show();
    byId("problem").textContent = "";
  } catch (error) {
    if (error.status === 401 || error.status === 403) {
      sessionStorage.removeItem("key");
      byId("report").hidden = true;
      byId("door").hidden = false;
    }
    byId("problem").textContent = error.status ? error.message : "The server does not answer. Is it running?";
  }
}

byId("choice").addEventListener("change", refresh);
byId("door").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  sessionStorage.setItem("key", byId("key").value.trim());
  void refresh();
});
addEventListener("hashchange", () => takeKey() && refresh());
addEventListener("resize", refresh);
setInterval(() => document.visibilityState === "visible" && !byId("report").hidden && refresh(), refreshMs);
showCurl();
if (takeKey()) void refresh();
else byId("door").hidden = false;
