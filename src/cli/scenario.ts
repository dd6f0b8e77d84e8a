import type { Command } from "commander";
import type { WireScenarioPlan } from "#contract/scenarios.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { usageFailure } from "./failure.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import { collect } from "./pairs.ts";
import { type ChangeOptions, scenarioSource } from "./scenario-source.ts";
import type { Terminal } from "./terminal.ts";

interface RunOptions extends ChangeOptions {
  readonly months?: string;
}

const drivers = [
  "active_customers",
  "requests",
  "requests_per_customer",
  "tokens_per_request",
  "usd_per_million_tokens",
] as const;

function show({ terminal, format }: Session, plan: WireScenarioPlan): void {
  const { total } = plan;
  const whole = plan.months.flatMap(({ month, cost_classes, ...sums }) => [
    ...cost_classes.map((row) => ({ feature: "(all)", month, ...row })),
    { feature: "(total)", cost_class: "(all)", month, ...sums },
  ]);
  const parts = plan.segments.flatMap(({ feature, cost_class, months }) =>
    months.map(({ month, baseline, scenario, difference_usd, confidence, customers_from }) => ({
      ...{ feature, cost_class, month, ...scenario, difference_usd, confidence, customers_from },
      ...{ baseline_usd: baseline.cost_usd, scenario_usd: scenario.cost_usd },
    })),
  );
  const others = (plan.rest?.months ?? []).map((row) => ({
    ...{ feature: `(${plan.rest?.segments} others)`, cost_class: "(all)", ...row },
  }));
  print(terminal, format, {
    whole: plan,
    columns: [
      ...["feature", "cost_class", "month", "baseline_usd", "scenario_usd", "difference_usd", ...drivers],
      ...["customers_from", "confidence"],
    ],
    rows: [...parts, ...others, ...whole],
    notes: [
      `\n${total.from} to ${total.to}: ${moneyForPeople(total.baseline_usd)} USD without, ${moneyForPeople(total.scenario_usd)} USD with the changes: a difference of ${moneyForPeople(total.difference_usd)} USD.`,
      ...plan.notes,
    ],
  });
}

function monthsOf(text: string | undefined): { months?: number } {
  if (text === undefined) return {};
  if (!/^(?:[1-9]|1[0-2])$/.test(text)) throw usageFailure(`--months ${text}: wanted a whole number from 1 to 12`);
  return { months: Number(text) };
}

async function runScenario(options: RunOptions, command: Command, terminal: Terminal): Promise<void> {
  const { scenario, failure } = scenarioSource(options);
  const body = { ...scenario, ...monthsOf(options.months) };
  const session = await connect(command, terminal);
  const reply = await session.client.evaluateScenario({ body });
  if (reply.status === 400 && reply.body.error.fields !== undefined) throw failure(reply.body);
  show(session, expectStatus(reply, 200));
}

async function save(id: string, options: ChangeOptions & { reason?: string }, command: Command, terminal: Terminal) {
  const { scenario, failure } = scenarioSource(options);
  const { reason } = options;
  const session = await connect(command, terminal);
  const body = { changes: scenario.changes, ...(reason !== undefined && { reason }) };
  const reply = await session.client.setScenario({ params: { id }, body });
  if (reply.status === 400 && reply.body.error.fields !== undefined) throw failure(reply.body);
  const stored = expectStatus(reply, 200);
  const notes = [`The scenario ${id} is stored, revision ${stored.revision}.`];
  print(terminal, session.format, { whole: stored, columns: ["id", "revision"], rows: [], notes });
}

async function list(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listScenarios({}), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["id", "revision", "changes", "set_by", "set_at"],
    rows: body.scenarios.map(({ changes, ...row }) => ({
      ...row,
      changes: changes.map(({ change, from }) => `${change}@${from}`).join(", "),
    })),
    cut: ["changes"],
    notes: body.scenarios.length === 0 ? ["No scenario is stored."] : [],
  });
}

async function showStored(id: string, months: string | undefined, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const query = months === undefined ? {} : { months };
  show(session, expectStatus(await session.client.scenarioPlan({ params: { id }, query }), 200));
}

function withChanges(command: Command): Command {
  return command
    .option("-f, --file <file>", "a YAML file with `changes`, in place of the options")
    .option("--adoption <change>", "feature=+40%@2027-01 (repeat)", collect)
    .option("--intensity <change>", "feature=-10%@2027-01: calls of each customer (repeat)", collect)
    .option("--model <change>", '"provider/model=>provider/model@2027-01" (repeat)', collect)
    .option("--price <change>", '"provider/*=-20%@2027-01" (repeat)', collect)
    .option("--launch <change>", "feature=region:100,200,300@2027-01: customers by month (repeat)", collect);
}

export function addScenario(program: Command, terminal: Terminal): void {
  const scenario = program.command("scenario").description("what changes would make of the months to come");
  withChanges(scenario.command("run").description("month by month, beside the baseline; stores nothing"))
    .option("--months <count>", "so many months from the next one on, 1 to 12 (12)")
    .action((options: RunOptions, command: Command) => runScenario(options, command, terminal));
  withChanges(scenario.command("save").description("store it under an id").argument("<id>"))
    .option("--reason <text>", "why, for the audit log")
    .action((id: string, options: ChangeOptions, command: Command) => save(id, options, command, terminal));
  scenario
    .command("list")
    .description("the stored scenarios, by id")
    .action((_: unknown, command: Command) => list(command, terminal));
  scenario
    .command("show")
    .description("a stored scenario month by month, as of today")
    .argument("<id>")
    .option("--months <count>", "so many months from the next one on, 1 to 12 (12)")
    .action((id: string, { months }: { months?: string }, command: Command) =>
      showStored(id, months, command, terminal),
    );
  scenario
    .command("delete")
    .description("remove a stored scenario")
    .argument("<id>")
    .action(async (id: string, _: unknown, command: Command) => {
      const session = await connect(command, terminal);
      const body = expectStatus(await session.client.removeScenario({ params: { id } }), 200);
      print(terminal, session.format, { whole: body, columns: ["id"], rows: [], notes: [`${id} is removed.`] });
    });
}
