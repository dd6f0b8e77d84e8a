import type { Command } from "commander";
import type { Sent } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface RedriveOptions {
  readonly fromExport?: string;
  readonly receivedFrom?: string;
  readonly receivedTo?: string;
}

type RedriveBody = Sent<Routes["redrive"]>["body"];

/** Requests: an export of 500 million entries has as many pages. */
const pagesMax = 100_000;
const problemsShown = 100;

function exportOf({ fromExport, receivedFrom, receivedTo }: RedriveOptions): RedriveBody {
  if (fromExport === undefined) return {};
  const range = { received_from: receivedFrom, received_to: receivedTo };
  return { export: { id: fromExport, ...range } };
}

async function redriveAll({ client, terminal }: Session, body: RedriveBody) {
  const undecodable: { id: string; problems: string[] }[] = [];
  let [objects, changes] = [0, 0];
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const part = expectStatus(await client.redrive({ body: { ...body, ...(after !== undefined && { after }) } }), 200);
    objects += part.objects;
    changes += part.changes;
    undecodable.push(...part.undecodable);
    if (part.next === null) return { objects, changes, undecodable };
    after = part.next;
    const left = part.remaining >= 1_000 ? "1,000 or more" : part.remaining;
    terminal.err(`${changes.toLocaleString("en-US")} changes landed, ${left} batches or files to go\n`);
  }
  throw new Failure("there is no end of it", { exitCode: exitCodes.refused, fix: "run the command again" });
}

async function redrive(options: RedriveOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const report = await redriveAll(session, exportOf(options));
  const { objects, changes, undecodable } = report;
  print(terminal, session.format, {
    whole: report,
    columns: ["objects", "changes", "undecodable"],
    rows: [{ objects, changes, undecodable: undecodable.length }],
    notes: ["The next pipeline run merges what has landed; live sums that lack it are repaired two runs later."],
  });
  const problems = undecodable.flatMap(({ id, problems: found }) => found.map((problem) => `${id}: ${problem}`));
  if (problems.length === 0) return;
  throw new Failure(["these cannot be decoded, and stay:", ...problems.slice(0, problemsShown)].join("\n  "), {
    exitCode: exitCodes.refused,
    fix: "docs/operations.md says what to do about them",
  });
}

export function addRedrive(program: Command, terminal: Terminal): void {
  program
    .command("redrive")
    .description("bring into the lake what stream consumers gave up on, or what an export of the ledger has")
    .option("--from-export <id>", "the export under exports/<id>/; on one machine `ledger` is the ledger itself")
    .option("--received-from <time>", "of the export, only what was received at this moment or later")
    .option("--received-to <time>", "of the export, only what was received before this moment")
    .action((options: RedriveOptions, command: Command) => redrive(options, command, terminal));
}
