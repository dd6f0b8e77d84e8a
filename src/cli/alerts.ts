import type { Command } from "commander";
import { connect, expectStatus } from "./connection.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface ListOptions {
  readonly all?: boolean;
  readonly team?: string;
}

async function list({ all, team }: ListOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const query = { ...(all && { state: "all" as const }), ...(team !== undefined && { team }), limit: "1000" };
  const body = expectStatus(await session.client.listAlerts({ query }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["handle", "severity", "status", "team", "title", "since", "acknowledged"],
    rows: body.alerts.map(({ handle, severity, status, team: of, title, since, acknowledgement }) => ({
      ...{ handle, severity, status, team: of, title, since },
      acknowledged: acknowledgement === null ? null : [acknowledgement.by, acknowledgement.note].join(" ").trim(),
    })),
    cut: ["acknowledged"],
    notes: body.alerts.length === 0 ? [all ? "Nothing was ever told." : "Nothing fires."] : [],
  });
}

interface InboxOptions {
  readonly limit?: string;
  readonly team?: string;
}

async function inbox(options: InboxOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.alertMessages({ query: options }), 200);
  const waiting = body.messages.filter(({ published_at }) => published_at === null).length;
  print(terminal, session.format, {
    whole: body,
    columns: ["at", "event", "severity", "team", "title", "handle", "published_at"],
    rows: body.messages.map(({ facts: _, ...row }) => row),
    notes: [
      ...(body.messages.length === 0 ? ["Nothing was told yet."] : []),
      ...(waiting > 0 ? [`${waiting} of these wait for their channels.`] : []),
    ],
  });
}

async function acknowledge(id: string, { note }: { readonly note?: string }, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const body = { id, ...(note !== undefined && { note }) };
  const alert = expectStatus(await session.client.acknowledgeAlert({ body }), 200);
  print(terminal, session.format, {
    whole: alert,
    columns: ["fact", "value"],
    rows: alert.facts.map(({ label, value }) => ({ fact: label, value })),
    notes: [
      `${alert.handle} is acknowledged: ${alert.title}`,
      "Until it is resolved, it is told again only where it is critical and has become worse.",
    ],
  });
}

export function addAlerts(program: Command, terminal: Terminal): void {
  const alerts = program
    .command("alerts")
    .description("what fires: budgets, burn rates, anomalies, findings, the pipeline")
    .option("--all", "what has ended too")
    .option("--team <name>", "of one team")
    .action((options: ListOptions, command: Command) => list(options, command, terminal));
  alerts
    .command("inbox")
    .description("the messages of all alerts, newest first")
    .option("--limit <number>", "how many, 1,000 at most (default: 50)")
    .option("--team <name>", "of one team")
    .action((options: InboxOptions, command: Command) => inbox(options, command, terminal));
  alerts
    .command("acknowledge")
    .description("say that you know of an alert")
    .argument("<id>", "as messages name it; its first four characters may do")
    .option("--note <text>", "what is done about it")
    .action((id: string, options: { note?: string }, command: Command) => acknowledge(id, options, command, terminal));
}
