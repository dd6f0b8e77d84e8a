import { type Command, Option } from "commander";
import type { CoverageReport, QuarantineList } from "#contract/attribution-reports.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { type OutputRow, print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import { confirmRestatement } from "./restate.ts";
import { filterOf, type Restatement, type RestatementOptions, withRestatementOptions } from "./restatement-options.ts";
import type { Terminal } from "./terminal.ts";

interface Days {
  readonly from?: string;
  readonly to?: string;
}

const defaultDays = 30;

function daysOf({ from, to }: Days, terminal: Terminal) {
  const today = usageDateOf(terminal.now() as Instant);
  return { from: from ?? addDays(today, 1 - defaultDays), to: to ?? today };
}

const inPercent = (percent: string | null) => (percent === null ? "nothing was spent" : `${percent} %`);

type Lack = QuarantineList["groups"][number]["lacks"][number];

const reasons: Readonly<Record<Lack["reason"], (lack: Lack) => string>> = {
  unregistered: ({ dimension, found }) => `${dimension}: ${JSON.stringify(found)} is not registered`,
  not_allowed: ({ dimension, found }) => `${dimension}: the key may not book to ${JSON.stringify(found)}`,
  no_default: ({ dimension }) => `${dimension}: not sent, and the key has none`,
  missing: ({ dimension }) => `${dimension}: not sent`,
};

const suggestionOf = ({ dimension, suggestion }: Lack) =>
  suggestion === null ? [] : [`${dimension}=${suggestion.value} (by ${suggestion.by})`];

function rowOf({ lacks, ...group }: QuarantineList["groups"][number]): OutputRow {
  return {
    ...group,
    lacks: lacks.map((lack) => reasons[lack.reason](lack)).join("; "),
    suggested: lacks.flatMap(suggestionOf).join(" "),
  };
}

async function list(options: Days, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const whole = expectStatus(await session.client.quarantine({ query: daysOf(options, terminal) }), 200);
  const { unallocated_usd, unallocated_percent, total_cost_usd, complete } = whole;
  print(terminal, session.format, {
    whole,
    columns: [
      ...["source", "key_id", "provider", "model", "lacks", "suggested"],
      ...["cost_usd", "share_percent", "requests", "unpriced", "first_day", "last_day"],
    ],
    rows: whole.groups.map(rowOf),
    notes: [
      `Unallocated now: ${unallocated_usd} of ${total_cost_usd} USD, ${inPercent(unallocated_percent)}.`,
      ...(complete ? [] : ["There are more groups than these 1,000."]),
      ...(whole.groups.length > 0 ? ["`finops attribution assign` books them."] : []),
      `The rows: ${asOfLastRun} What is unallocated now is summed live.`,
    ],
  });
}

interface CoverageOptions extends Days {
  readonly by: CoverageReport["by"];
}

async function coverage({ by, ...days }: CoverageOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const whole = expectStatus(await session.client.coverage({ query: { ...daysOf(days, terminal), by } }), 200);
  const of = { total: [], day: ["date"], team: ["team"] }[by];
  const met = whole.meets_target ? "met" : "missed";
  print(terminal, session.format, {
    whole,
    columns: [...of, "total_cost_usd", "allocated_usd", "unallocated_usd", "coverage_percent", "meets_target"],
    rows: whole.rows,
    notes: [`Allocated: ${inPercent(whole.coverage_percent)}; the target of ${whole.target_percent} % is ${met}.`],
  });
}

interface AssignOptions extends RestatementOptions {
  readonly set: string[];
}

function restatementOf(options: RestatementOptions, terminal: Terminal): Omit<Restatement, "kind"> {
  const { from, to, reason, restatement: id = terminal.newId(), dryRun = false } = options;
  return { id, from, to, reason, dry_run: dryRun, filter: filterOf(options) };
}

async function assign(options: AssignOptions, command: Command, terminal: Terminal): Promise<void> {
  const request = restatementOf(options, terminal);
  // The server judges names and values.
  const set = Object.fromEntries(parsePairs("--set", options.set)) as NonNullable<Restatement["set"]>;
  const filter = { missing: "any" as const, ...request.filter };
  const body = { ...request, kind: "assign", filter, set } as const;
  await confirmRestatement(await connect(command, terminal), body, options.yes ?? false);
}

async function reclassify(options: RestatementOptions, command: Command, terminal: Terminal): Promise<void> {
  const request = restatementOf(options, terminal);
  const body = { ...request, kind: "reclassify" } as const;
  await confirmRestatement(await connect(command, terminal), body, options.yes ?? false);
}

const withDays = (command: Command) =>
  command
    .option("--from <date>", `first UTC day (default: ${defaultDays} days up to today)`)
    .option("--to <date>", "last UTC day, included (default: today)");

export function addAttribution(program: Command, terminal: Terminal): void {
  const attribution = program
    .command("attribution")
    .description("whom usage is for: what is unallocated, and what books it");
  withDays(attribution.command("list").description("usage in quarantine: why, and what it probably is for")).action(
    (options: Days, command: Command) => list(options, command, terminal),
  );
  withDays(attribution.command("coverage").description("how much of the spend is allocated, against the target"))
    .addOption(new Option("--by <rows>", "rows per").choices(["total", "day", "team"]).default("total"))
    .action((options: CoverageOptions, command: Command) => coverage(options, command, terminal));
  withRestatementOptions(
    attribution.command("assign").description("fill what is unallocated; what is allocated stays as it is"),
  )
    .requiredOption("--set <dimension=value>", "what to fill it with (repeat)", collect)
    .action((options: AssignOptions, command: Command) => assign(options, command, terminal));
  withRestatementOptions(
    attribution
      .command("reclassify")
      .description("book past usage to the cost class that the company's table has now for its day"),
  ).action((options: RestatementOptions, command: Command) => reclassify(options, command, terminal));
}
