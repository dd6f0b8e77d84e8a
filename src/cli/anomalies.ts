import { type Command, Option } from "commander";
import type { WireAnomaly } from "#contract/anomalies.ts";
import { ANOMALY_STATES, type AnomalyDecision, type AnomalyState } from "#core/anomaly.ts";
import { scopeText } from "#core/scope-text.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface ListOptions {
  readonly from?: string;
  readonly state?: AnomalyState;
  readonly team?: string;
}

const columns = ["handle", "usage_date", "hour", "scope", "cost_usd", "expected_usd", "excess_usd", "state", "told_by"];

/** Without what is nested. */
function rowOf({ scope, explanations: _, decision: __, ...row }: WireAnomaly) {
  return { ...row, scope: scopeText(scope) };
}

/** "feature chat +12.40 USD". */
function because({ explanations: [first] }: WireAnomaly): string {
  if (first === undefined) return "";
  const parts = first.contributors.map(({ value, excess_usd }) => `${value} +${moneyForPeople(excess_usd)} USD`);
  return `: ${first.dimension.replaceAll("_", " ")} ${parts.join(", ")}`;
}

async function list(options: ListOptions, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listAnomalies({ query: options }), 200);
  const told = body.anomalies.filter(({ told_by }) => told_by === null);
  print(terminal, session.format, {
    whole: body,
    columns,
    rows: body.anomalies.map(rowOf),
    notes: [
      ...told.map(
        (one) =>
          `- ${one.handle} ${one.usage_date} ${scopeText(one.scope)} +${moneyForPeople(one.excess_usd)} USD${because(one)}`,
      ),
      ...(told.length === 0 ? ["Nothing cost more than usual."] : []),
      asOfLastRun,
    ],
  });
}

interface DecideOptions {
  readonly state: AnomalyDecision["state"];
  readonly note: string;
}

async function decide(id: string, { state, note }: DecideOptions, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.decideAnomaly({ body: { id, state, note } }), 200);
  print(terminal, session.format, {
    whole: body,
    columns,
    rows: [rowOf(body)],
    notes: [],
  });
}

export function addAnomalies(program: Command, terminal: Terminal): void {
  const anomalies = program
    .command("anomalies")
    .description("days and hours that cost more than usual, and what explains it")
    .option("--from <date>", "first UTC day (default: 30 days ago)")
    .addOption(new Option("--state <state>", "of one state").choices(ANOMALY_STATES))
    .option("--team <team>", "of one team, or explained by it")
    .action((options: ListOptions, command: Command) => list(options, command, terminal));
  anomalies
    .command("decide")
    .description("say what an anomaly is; its alert is resolved when it is explained or resolved")
    .argument("<id>", "its handle, or its id")
    .addOption(
      new Option("--state <state>", "what it is")
        .choices(ANOMALY_STATES.filter((state) => state !== "new"))
        .makeOptionMandatory(),
    )
    .requiredOption("--note <text>", "why: it stands in the audit log")
    .action((id: string, options: DecideOptions, command: Command) => decide(id, options, command, terminal));
}
