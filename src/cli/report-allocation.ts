import { type Command, Option } from "commander";
import type { AllocationReport } from "#contract/allocation.ts";
import { GRANULARITIES } from "#contract/cost-report.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface AllocationOptions {
  readonly from?: string;
  readonly to?: string;
  readonly granularity: (typeof GRANULARITIES)[number];
}

const defaultDays = 30;
const pagesMax = 10_000;

const columns = ["team", "cost_class", "direct_cost_usd", "shared_cost_usd", "fixed_cost_usd", "total_cost_usd"];

async function readAllocation({ client, terminal }: Session, { from, to, granularity }: AllocationOptions) {
  const today = usageDateOf(terminal.now() as Instant);
  const query = { from: from ?? addDays(today, 1 - defaultDays), to: to ?? today, granularity };
  const first = expectStatus(await client.allocation({ query }), 200);
  const rows = [...first.rows];
  let cursor = first.next_cursor;
  for (let page = 1; cursor !== null && page < pagesMax; page++) {
    const next = expectStatus(await client.allocation({ query: { ...query, cursor } }), 200);
    rows.push(...next.rows);
    cursor = next.next_cursor;
  }
  return { ...first, rows, next_cursor: cursor };
}

function notesOf({ from, to, unsplit, unpriced, cost_classes, demo, ...sums }: AllocationReport): string[] {
  const classes = cost_classes.map((one) => `${one.cost_class} ${moneyForPeople(one.total_cost_usd)}`);
  const metered = `direct ${moneyForPeople(sums.direct_cost_usd)}, shared ${moneyForPeople(sums.shared_cost_usd)}`;
  return [
    `\n${from} to ${to} (UTC): ${moneyForPeople(sums.total_cost_usd)} USD, ${metered}, fixed ${moneyForPeople(sums.fixed_cost_usd)}`,
    ...(classes.length > 0 ? [`by cost class ${classes.join(", ")}`] : []),
    ...(unpriced.requests > 0 ? [`unpriced ${unpriced.requests} requests, of unknown cost`] : []),
    ...unsplit.map(
      ({ id, date, team, cost_usd }) =>
        `${date}: ${moneyForPeople(cost_usd)} USD of ${id} stay with ${team}: nothing was measured to split them by`,
    ),
    ...(demo ? ["This is the made-up demo company."] : []),
  ];
}

async function reportAllocation(options: AllocationOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const report = await readAllocation(session, options);
  const dates = report.granularity === "total" ? [] : ["date"];
  const rows = report.rows.map(({ shared_costs: _, ...row }) => row);
  print(terminal, session.format, { whole: report, columns: [...dates, ...columns], rows, notes: notesOf(report) });
}

export function addReportAllocation(report: Command, terminal: Terminal): void {
  report
    .command("allocation")
    .description("who bears the cost, by team and cost class: direct, parts of shared costs, seats and subscriptions")
    .option("--from <date>", `first UTC day (default: ${defaultDays} days up to today)`)
    .option("--to <date>", "last UTC day, included (default: today)")
    .addOption(new Option("--granularity <granularity>", "rows per").choices(GRANULARITIES).default("total"))
    .action((options: AllocationOptions, command: Command) => reportAllocation(options, command, terminal));
}
