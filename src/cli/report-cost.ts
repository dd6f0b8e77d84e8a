import { type Command, Option } from "commander";
import { type CostReport, type CostReportRow, GRANULARITIES } from "#contract/cost-report.ts";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { usageFailure } from "./failure.ts";
import { type OutputRow, print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import { addReportAllocation } from "./report-allocation.ts";
import { addSenderCosts } from "./report-sender-costs.ts";
import { reportTotal } from "./report-total.ts";
import type { Terminal } from "./terminal.ts";

interface ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly groupBy: string;
  readonly granularity: (typeof GRANULARITIES)[number];
  readonly filter?: string[];
}

const defaultDays = 30;
const pagesMax = 10_000;

function filtersOf(texts: readonly string[]): Partial<Record<SpendDimension, string[]>> {
  const filters: Partial<Record<SpendDimension, string[]>> = {};
  for (const [name, value] of parsePairs("--filter", texts)) {
    const dimension = SPEND_DIMENSIONS.find((known) => known === name);
    if (!dimension)
      throw usageFailure(`--filter: there is no dimension ${name}`, `one of ${SPEND_DIMENSIONS.join(", ")}`);
    filters[dimension] = [...(filters[dimension] ?? []), value];
  }
  return filters;
}

function queryOf(options: ReportOptions, { terminal }: Session) {
  const today = usageDateOf(terminal.now() as Instant);
  return {
    from: options.from ?? addDays(today, 1 - defaultDays),
    to: options.to ?? today,
    group_by: options.groupBy,
    granularity: options.granularity,
    ...filtersOf(options.filter ?? []),
  };
}

type ReportQuery = ReturnType<typeof queryOf>;

async function readReport({ client }: Session, query: ReportQuery) {
  const first = expectStatus(await client.costReport({ query }), 200, SPEND_DIMENSIONS);
  const rows: CostReportRow[] = [...first.rows];
  let cursor = first.next_cursor;
  for (let page = 1; cursor !== null && page < pagesMax; page++) {
    const next = expectStatus(await client.costReport({ query: { ...query, cursor } }), 200, SPEND_DIMENSIONS);
    rows.push(...next.rows);
    cursor = next.next_cursor;
  }
  return { ...first, rows, next_cursor: cursor };
}

/** Rows of nothing but unpriced usage have no cost: a person must not read theirs as 0. */
async function withUnknownCosts(session: Session, query: ReportQuery, report: CostReport): Promise<OutputRow[]> {
  if (report.unpriced.entries === 0) return report.rows;
  const keyOf = (row: CostReportRow) => JSON.stringify([row.date, ...report.group_by.map((name) => row[name])]);
  const unpriced = await readReport(session, { ...query, price_status: ["unpriced"] });
  const entries = new Map(unpriced.rows.map((row) => [keyOf(row), row.entries]));
  return report.rows.map((row) =>
    entries.get(keyOf(row)) === row.entries ? { ...row, cost_usd: null, list_cost_usd: null } : row,
  );
}

async function reportCost(options: ReportOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const query = queryOf(options, session);
  const report = await readReport(session, query);
  const dates = report.granularity === "total" ? [] : ["date"];
  const used = METERS.filter((meter) => report.rows.some((row) => row[meter] !== undefined));
  const meters = session.format === "csv" ? used.filter((meter) => meter !== "requests") : [];
  const notes = [`\n${reportTotal(report)}`, ...(report.demo ? ["This is the made-up demo company."] : [])];
  const rows = session.format === "table" ? await withUnknownCosts(session, query, report) : report.rows;
  const columns = [...dates, ...report.group_by, "cost_usd", "list_cost_usd", "requests", ...meters];
  print(terminal, session.format, { whole: report, columns, rows, notes });
}

export function addReport(program: Command, terminal: Terminal): void {
  const report = program.command("report").description("what AI has cost");
  addSenderCosts(report, terminal);
  addReportAllocation(report, terminal);
  report
    .command("cost")
    .description("cost by day or month and any dimensions; unallocated and unpriced spend included")
    .option("--from <date>", `first UTC day (default: ${defaultDays} days up to today)`)
    .option("--to <date>", "last UTC day, included (default: today)")
    .option("--group-by <dimensions>", `apart by commas, of ${SPEND_DIMENSIONS.join(", ")}`, "cost_class,team,feature")
    .addOption(new Option("--granularity <granularity>", "rows per").choices(GRANULARITIES).default("total"))
    .option("--filter <dimension=value>", "only rows with this value; repeat it for one of several", collect)
    .action((options: ReportOptions, command: Command) => reportCost(options, command, terminal));
}
