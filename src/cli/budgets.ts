import type { Command } from "commander";
import type { BudgetBody as Budget } from "#contract/budgets.ts";
import { burnLines } from "./burn-text.ts";
import { connect, expectStatus } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { type OutputRow, print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface Placed {
  readonly budget: Budget;
  readonly depth: number;
}

/** Parts below what they are parts of; at the top what is a part of none. */
function asTree(budgets: readonly Budget[], parent: string | null = null, depth = 0): readonly Placed[] {
  return budgets
    .filter((budget) => budget.parent === parent)
    .flatMap((budget) => [{ budget, depth }, ...asTree(budgets, budget.id, depth + 1)]);
}

const barWidth = 10;

function barOf(percent: string | null): string {
  const filled = Math.min(barWidth, Math.max(0, Math.floor((Number(percent ?? 0) * barWidth) / 100)));
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
}

/** The highest threshold that is reached on what is spent, and the one on what is projected. */
function reachedOf({ thresholds }: Budget): string {
  const highest = (["actual", "forecast"] as const).flatMap((of) => {
    const last = thresholds.findLast(({ on, reached }) => on === of && reached === true);
    if (last === undefined) return [];
    const level = last.percent === undefined ? `${last.amount_usd} USD` : `${last.percent} %`;
    return [of === "actual" ? level : `${level} (forecast)`];
  });
  return highest.join(", ");
}

function rowOf({ budget, depth }: Placed, isTable: boolean): OutputRow {
  const { id, spent_percent, projected, ...rest } = budget;
  return {
    id: isTable ? `${"  ".repeat(depth)}${id}` : id,
    ...{ owner: rest.owner, team: rest.team, parent: rest.parent, period: rest.period, from: rest.from, to: rest.to },
    ...{ spent_usd: rest.spent_usd ?? (isTable ? "not known yet" : null), amount_usd: rest.amount_usd },
    ...{ spent_percent, used: barOf(spent_percent), projected_usd: projected?.mean_usd ?? null },
    ...{ reached: reachedOf(budget), unallocated_usd: rest.unallocated_usd, evaluated: rest.evaluated },
    when_used_up: rest.when_used_up,
  };
}

const tableColumns = ["id", "period", "to", "spent_usd", "amount_usd", "used", "spent_percent", "projected_usd"];
const csvColumns = ["id", "owner", "team", "parent", "period", "from", "to", "spent_usd", "amount_usd"].concat([
  "spent_percent",
  "projected_usd",
  "reached",
  "unallocated_usd",
  "evaluated",
  "when_used_up",
]);

async function read(command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  return { format: session.format, body: expectStatus(await session.client.listBudgets({}), 200) };
}

async function list(command: Command, terminal: Terminal): Promise<void> {
  const { format, body } = await read(command, terminal);
  const isTable = format === "table";
  const note =
    body.budgets.length === 0
      ? "There are no budgets: `budgets` in finops.yaml makes them."
      : "In USD, of the period so far, all cost classes; `finops budgets show ID` tells them apart.";
  print(terminal, format, {
    whole: body,
    columns: isTable ? [...tableColumns, "reached", "owner"] : csvColumns,
    rows: asTree(body.budgets).map((placed) => rowOf(placed, isTable)),
    notes: [note],
  });
}

const usd = (amount: string) => `${moneyForPeople(amount)} USD`;

function scopeText({ scope, customer_id, tags = {} }: Budget): string {
  const lists = [
    ...Object.entries(scope),
    ...(customer_id ? [["customer_id", customer_id] as const] : []),
    ...Object.entries(tags).map(([tag, values]) => [`tag ${tag}`, values] as const),
  ];
  return lists.length === 0 ? "all spend" : lists.map(([name, values]) => `${name} ${values.join(" or ")}`).join(", ");
}

function projectedText({ projected, not_projected, used_up }: Budget): string {
  if (projected === null) return `not known: ${not_projected}`;
  const { mean_usd, p10_usd, p90_usd, percent, used_up_on, confidence, as_of } = projected;
  const range = `80 % interval ${moneyForPeople(p10_usd)} to ${usd(p90_usd)}`;
  const notUsedUp = used_up ? "used up already" : "not used up in this period";
  const end = used_up_on === null ? notUsedUp : `used up on ${used_up_on}`;
  return `${usd(mean_usd)} (${percent} %, ${range}), ${end}; ${confidence} confidence, from history to ${as_of}`;
}

function spentText({ spent_usd, amount_usd, spent_percent, evaluated, as_of }: Budget): string {
  if (spent_usd === null) return `not known yet, of ${usd(amount_usd)}: the next run of the pipeline measures it`;
  const at = evaluated === "lake" ? `, from the lake as of ${as_of}` : "";
  return `${moneyForPeople(spent_usd)} of ${usd(amount_usd)} (${spent_percent} %)${at}`;
}

function partsText(budget: Budget, parts: readonly Budget[]): string {
  const { allocated_usd, unallocated_usd, spent_in_no_part_usd } = budget;
  if (parts.length === 0) return "none";
  const spent = spent_in_no_part_usd === null ? "" : `; spent in no part ${usd(spent_in_no_part_usd)}`;
  const given = `${usd(allocated_usd)} given to ${parts.map(({ id }) => id).join(", ")}`;
  return `${given}; ${usd(unallocated_usd)} to none${spent}`;
}

/** "50", "33.33": of the budget's amount; it is never nothing. */
const shareOf = (part: string, whole: string) => Number(((Number(part) / Number(whole)) * 100).toFixed(2));

function thresholdText({ amount_usd: whole, projected }: Budget, threshold: Budget["thresholds"][number]): string {
  const { on, severity, percent, amount_usd, at_usd, reached } = threshold;
  const level =
    percent === undefined ? `${amount_usd} USD (${shareOf(at_usd, whole)} %)` : `${percent} % (${usd(at_usd)})`;
  const told = { true: "reached", false: "not reached", null: "no forecast" }[String(reached) as "true"];
  const isDoubted = on === "forecast" && reached === false && Number(projected?.mean_usd ?? 0) >= Number(at_usd);
  const why = isDoubted ? " by the lower end of the interval, which counts at low confidence" : "";
  return `${on} ${level}, ${severity}: ${told}${why}`;
}

async function show(id: string, command: Command, terminal: Terminal): Promise<void> {
  const { format, body } = await read(command, terminal);
  const budget = body.budgets.find((one) => one.id === id);
  if (budget === undefined) {
    const known = body.budgets.map((one) => one.id).join(", ");
    throw new Failure(`there is no budget ${JSON.stringify(id)}`, {
      exitCode: exitCodes.refused,
      fix: known === "" ? "there are none" : `one of ${known}`,
    });
  }
  const parts = body.budgets.filter(({ parent }) => parent === id);
  const byClass = Object.entries(budget.by_class).map(([name, cost]) => `${name} ${usd(cost)}`);
  const rows = [
    ["scope", scopeText(budget)],
    ["owner", budget.team === null ? budget.owner : `${budget.owner}, alerts to ${budget.team}`],
    ["period", `${budget.period}, ${budget.from} to ${budget.to} (UTC)`],
    ["spent", spentText(budget)],
    ["by class", byClass.join(", ") || "nothing yet"],
    ["projected", projectedText(budget)],
    ...burnLines(budget).map((line, place) => [place === 0 ? "burn rate" : "", line]),
    ...budget.thresholds.map((threshold) => ["threshold", thresholdText(budget, threshold)]),
    ["part of", budget.parent ?? "none"],
    ["parts", partsText(budget, parts)],
    ["used up", `${budget.used_up ? "yes" : "no"}; then \`authorize\` answers ${budget.when_used_up}`],
  ];
  print(terminal, format, {
    whole: budget,
    columns: ["budget", id],
    rows: rows.map(([budgetField, value]) => ({ budget: budgetField, [id]: value })),
  });
}

export function addBudgets(program: Command, terminal: Terminal): void {
  const budgets = program
    .command("budgets")
    .description("each budget with what it has spent in its period and what is projected, parts below the whole")
    .action((_: unknown, command: Command) => list(command, terminal));
  budgets
    .command("show <id>")
    .description("one budget: by cost class, its thresholds, projection, burn rate and parts")
    .action((id: string, _: unknown, command: Command) => show(id, command, terminal));
}
