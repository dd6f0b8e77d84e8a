import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import type { WireDriversReport } from "#contract/drivers.ts";
import type { Problem } from "#contract/problem.ts";
import { nearestName } from "#core/nearest-name.ts";
import { type AdoptionRows, readAdoptionCsv } from "./adoption-csv.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { type Failure, usageFailure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface ImportOptions {
  readonly id?: string;
  readonly reason?: string;
  readonly dryRun?: true;
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw usageFailure(`${file}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

/** What the server says of rows, with their lines. */
function refusedRows(file: string, { error }: Problem, { lineOf }: AdoptionRows): Failure {
  const lines = (error.fields ?? []).map(({ path, found, wanted }) => {
    const line = lineOf(Number(/rows\[(\d+)\]/.exec(path)?.[1]));
    return `  ${file}${line === undefined ? "" : `:${line}`}: found ${found}, wanted ${wanted}`;
  });
  return usageFailure([error.message, ...lines].join("\n"));
}

/** What is wrong with planning a feature: nothing grows with its customers. */
function warningOf(feature: string, usage: WireDriversReport["segments"]): string | undefined {
  const segments = usage.filter((segment) => segment.feature === feature);
  const said = `warning: nothing is planned of ${feature}`;
  if (segments.length === 0) {
    const meant = nearestName(
      feature,
      usage.map((segment) => segment.feature),
    );
    return `${said}: no such feature in the last 30 days${meant === undefined ? "" : `; did you mean ${meant}?`}\n`;
  }
  if (segments.some(({ reference }) => reference.active_customers !== null)) return undefined;
  const named = segments.some(({ named_requests }) => named_requests > 0) ? "too few customers" : "no customers";
  return `${said}: its usage names ${named}\n`;
}

/** A plan may be older than its feature's first call: whoever sends it is told, and it is taken. */
async function warn({ client, terminal }: Session, { rows }: AdoptionRows): Promise<void> {
  const months = "1";
  const reply = await client.readDrivers({ query: { months } });
  if (reply.status !== 200) {
    terminal.err(`warning: whether its features have usage could not be looked up (${reply.status})\n`);
    return;
  }
  const { segments, rest } = reply.body;
  for (const feature of new Set(rows.map((row) => row.feature))) {
    const warning = warningOf(feature, segments);
    if (warning === undefined) continue;
    // It may be among those that a reply about all has no room for.
    const own = rest === null ? undefined : await client.readDrivers({ query: { months, feature } });
    const ofFeature = own?.status === 200 ? own.body.segments : [];
    const told = ofFeature.length === 0 ? warning : warningOf(feature, ofFeature);
    if (told !== undefined) terminal.err(told);
  }
}

async function importPlan(file: string, options: ImportOptions, command: Command, terminal: Terminal): Promise<void> {
  const read = readAdoptionCsv(file, textOf(file));
  const { id = basename(file, ".csv"), reason, dryRun } = options;
  const session = await connect(command, terminal);
  const body = {
    ...{ kind: read.kind, rows: [...read.rows], dry_run: dryRun === true },
    ...(reason !== undefined && { reason }),
  };
  const reply = await session.client.setAdoptionPlan({ params: { id }, body });
  if (reply.status === 400 && reply.body.error.fields !== undefined) throw refusedRows(file, reply.body, read);
  const taken = expectStatus(reply, 200);
  await warn(session, read);
  const done = `${taken.rows} ${taken.rows === 1 ? "row" : "rows"} of ${read.kind}`;
  const are = taken.rows === 1 ? "is" : "are";
  print(terminal, session.format, {
    ...{ whole: taken, columns: ["id", "revision", "rows"], rows: session.format === "csv" ? [taken] : [] },
    notes: [
      taken.revision === null
        ? `${done} can be taken as the plan ${id}; nothing has changed.`
        : `${done} ${are} the plan ${id}, revision ${taken.revision}.`,
    ],
  });
}

async function list(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listAdoptionPlans({}), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["id", "revision", "kind", "features", "first_month", "last_month", "set_by", "set_at"],
    rows: body.adoption_plans.map(({ id, revision, kind, rows, set_by, set_at }) => {
      const months = rows.map(({ month }) => month).sort();
      const features = new Set(rows.map(({ feature }) => feature)).size;
      return { id, revision, kind, features, first_month: months[0], last_month: months.at(-1), set_by, set_at };
    }),
    notes: body.adoption_plans.length === 0 ? ["No plan: customers are forecast from usage."] : [],
  });
}

async function show(id: string, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.readAdoptionPlan({ params: { id } }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["feature", "month", body.kind],
    rows: body.rows.map(({ feature, month, customers }) => ({ feature, month, [body.kind]: customers })),
  });
}

export function addPlans(program: Command, terminal: Terminal): void {
  const plans = program.command("plans").description("how many customers are expected, by feature and month");
  plans
    .command("import")
    .description("take a CSV of feature, month and active_customers (or expected_customers, seats, signups)")
    .argument("<file>")
    .option("--id <id>", "of the plan, in whose place it is put (the file's name)")
    .option("--reason <text>", "why, for the audit log")
    .option("--dry-run", "check it, and change nothing")
    .action((file: string, options: ImportOptions, command: Command) => importPlan(file, options, command, terminal));
  plans
    .command("list")
    .description("the plans, by id")
    .action((_: unknown, command: Command) => list(command, terminal));
  plans
    .command("show")
    .description("one plan with its rows")
    .argument("<id>")
    .action((id: string, _: unknown, command: Command) => show(id, command, terminal));
  plans
    .command("delete")
    .description("remove a plan: customers are forecast from usage again")
    .argument("<id>")
    .action(async (id: string, _: unknown, command: Command) => {
      const session = await connect(command, terminal);
      const body = expectStatus(await session.client.removeAdoptionPlan({ params: { id } }), 200);
      print(terminal, session.format, { whole: body, columns: ["id"], rows: [], notes: [`${id} is removed.`] });
    });
}
