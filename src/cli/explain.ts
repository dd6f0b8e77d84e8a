import type { Command } from "commander";
import type { ExplainedEntry } from "#contract/explanations.ts";
import { connect, expectStatus } from "./connection.ts";
import { type OutputRow, print, renderTable } from "./output.ts";
import type { Terminal } from "./terminal.ts";

const chargeColumns = [
  "meter",
  "quantity",
  "usd_per_million",
  "list_usd_per_million",
  "cost",
  "list_cost",
  "price_source",
  "marks",
];

/** Exact amounts: an explanation adds up to the last digit. */
function chargeRow(charge: ExplainedEntry["charges"][number]): OutputRow {
  const marks = [charge.estimated && "estimated", charge.disputed && "disputed"].filter(Boolean).join(" ");
  return {
    ...charge,
    cost: charge.cost_usd,
    list_cost: charge.list_cost_usd,
    price_source: charge.list_price_source,
    marks,
  };
}

/** How attribution and policy came about, in words; nothing where all is as it was sent. */
function traceLines({ attribution_trace: trace = {} }: ExplainedEntry): string[] {
  const pairs = (part: Readonly<Record<string, string>> | undefined, words: string) =>
    Object.entries(part ?? {}).map(([name, value]) => `${name} ${words} ${value}`);
  const parts = [
    ...pairs(trace.filled_by, "by the rule"),
    ...pairs(trace.aliased, "sent as"),
    ...pairs(trace.overridden, "fixed by the key, sent as"),
    ...pairs(trace.unregistered, "not registered, sent as"),
    ...(trace.policy === undefined ? [] : [`model policy ${trace.policy}`]),
    ...(trace.covered_by === undefined ? [] : [`paid by the fixed cost ${trace.covered_by}`]),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join("; ")}`];
}

/** An entry in words and its charges as a table. */
export function entryForPeople(entry: ExplainedEntry): string {
  const { adjustment } = entry;
  const head = adjustment
    ? `${entry.kind} ${adjustment.number} by ${adjustment.by} (request ${adjustment.request_id}): ${adjustment.reason}`
    : `${entry.kind} event of ${entry.time}, received ${entry.received_at} with key ${entry.key_id}`;
  const alias = entry.requested_model === entry.model ? "" : ` (sent as ${entry.requested_model})`;
  const attribution = Object.entries(entry.attribution).map(([name, value]) => `${name}=${value}`);
  const lines = [
    head,
    `  ${entry.provider} ${entry.model}${alias}, tier ${entry.service_tier}, speed ${entry.speed}${entry.serving_location ? `, ran in ${entry.serving_location}` : ""}, ${entry.requests} requests`,
    `  ${attribution.join(" ")}, cost class ${entry.cost_class}`,
    ...traceLines(entry),
    `  usage date ${entry.usage_date}, booked in ${entry.booked_month}`,
    entry.cost_usd === null
      ? "  unpriced: no rate for this model"
      : `  ${entry.price_status} by ${entry.price_version}: cost ${entry.cost_usd} USD, list ${entry.list_cost_usd} USD`,
    ...(entry.sender_cost_usd === undefined ? [] : [`  the sender's own figure: ${entry.sender_cost_usd} USD`]),
  ];
  const charges = entry.charges.length > 0 ? renderTable(chargeColumns, entry.charges.map(chargeRow)) : "";
  return `${lines.join("\n")}\n${charges.replace(/^(?=.)/gm, "    ")}`;
}

/** One row a charge, for CSV. */
export function chargeRows(entry: ExplainedEntry): OutputRow[] {
  return entry.charges.map((charge) => ({
    ...charge,
    ...{ kind: entry.kind, usage_date: entry.usage_date, provider: entry.provider, model: entry.model },
    ...{ price_version: entry.price_version, adjustment: entry.adjustment?.number ?? 0 },
  }));
}

export const chargeCsvColumns = [
  ...["kind", "adjustment", "usage_date", "provider", "model", "price_version", "meter", "quantity"],
  ...[
    "usd_per_million",
    "list_usd_per_million",
    "list_price_source",
    "cost_usd",
    "list_cost_usd",
    "estimated",
    "disputed",
  ],
];

async function explain(options: { source: string; id: string }, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.explain({ query: { source: options.source, id: options.id } }), 200);
  if (session.format === "table") {
    const cost = body.cost_usd === null ? "unpriced" : `${body.cost_usd} USD`;
    return terminal.out(`${body.entries.map(entryForPeople).join("\n")}\nas it stands now: ${cost}\n`);
  }
  print(terminal, session.format, { whole: body, columns: chargeCsvColumns, rows: body.entries.flatMap(chargeRows) });
}

export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .description("how the cost of one event came about, charge by charge, with its adjustments")
    .requiredOption("--source <source>", "as it was sent")
    .requiredOption("--id <id>", "as it was sent")
    .action((options: { source: string; id: string }, command: Command) => explain(options, command, terminal));
}
