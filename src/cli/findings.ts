import { type Command, Option } from "commander";
import { FINDING_KINDS, type FindingKind } from "#core/finding.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { bySubject } from "./findings-by-subject.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

async function listFindings(options: { readonly kind?: FindingKind }, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listFindings({ query: options }), 200);
  const subjects = bySubject(body.findings);
  const standing = subjects.filter(({ state }) => state === "stands");
  const isTable = session.format === "table";
  print(terminal, session.format, {
    whole: body,
    columns: isTable
      ? ["kind", "subject", "days", "first_day", "last_day", "cost_usd", "requests", "state"]
      : ["kind", "usage_date", "subject", "cost_usd", "requests", "since", "resolved_at"],
    rows: isTable ? subjects.map(({ text: _, ...row }) => row) : body.findings,
    notes: [
      ...standing.map(({ text }) => `- ${text}`),
      ...(standing.length === 0 ? ["Nothing stands that needs to be looked at."] : []),
      asOfLastRun,
    ],
  });
}

interface DoublesOptions {
  readonly from?: string;
  readonly to?: string;
}

const defaultDays = 30;

async function listDoubles(options: DoublesOptions, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const today = usageDateOf(terminal.now() as Instant);
  const query = { from: options.from ?? addDays(today, 1 - defaultDays), to: options.to ?? today };
  const body = expectStatus(await session.client.listDoubles({ query }), 200);
  const reports = body.calls.flatMap(({ provider, response_id, reports: ofCall }) =>
    ofCall.map((report) => ({ provider, response_id, ...report })),
  );
  print(terminal, session.format, {
    whole: body,
    columns: ["provider", "response_id", "source", "id", "usage_date", "requests", "cost_usd"],
    rows: reports,
    notes: [
      `${body.calls.length} calls with several reports; all but the dearest of each cost ${moneyForPeople(body.excess_usd)} USD.`,
      ...(body.complete ? [] : ["There are more: look at fewer days."]),
      ...(reports.length > 0
        ? ["A rule under `precedence` in finops.yaml drops the sources that are not believed: docs/findings.md."]
        : []),
      asOfLastRun,
    ],
  });
}

export function addFindings(program: Command, terminal: Terminal): void {
  program
    .command("findings")
    .description("what somebody has to look at: possible doubles, silent senders, unapproved models, misplaced spend")
    .addOption(new Option("--kind <kind>", "of one kind").choices(FINDING_KINDS))
    .action((options: { kind?: FindingKind }, command: Command) => listFindings(options, command, terminal));
  program
    .command("doubles")
    .description("calls that several senders have reported")
    .command("list")
    .description("each report of such calls, as it stands")
    .option("--from <date>", "first UTC day (default: 30 days with today)")
    .option("--to <date>", "last UTC day (default: today)")
    .action((options: DoublesOptions, command: Command) => listDoubles(options, command, terminal));
}
