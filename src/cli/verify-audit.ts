import { createHash } from "node:crypto";
import type { Command } from "commander";
import type { AuditEntry, AuditFault } from "#core/audit.ts";
import { makeAuditCheck, type NotedEntry } from "#core/audit-check.ts";
import type { Instant } from "#core/time.ts";
import { auditPages, type WireEntry } from "./audit-pages.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { exitCodes, Failure, usageFailure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

const notedPattern = /^([1-9]\d{0,14}):([\w-]{43})$/;

function readNoted(text: string | undefined): readonly NotedEntry[] {
  if (text === undefined) return [];
  const [, number, hash] = notedPattern.exec(text) ?? [];
  if (number === undefined || hash === undefined) {
    throw usageFailure(`--expect ${text}: wanted number:hash`, "as `finops audit verify` prints it");
  }
  return [{ number: Number(number), hash }];
}

const entryOf = ({ at, previous_hash, ...entry }: WireEntry): AuditEntry => ({
  ...entry,
  at: Date.parse(at) as Instant,
  previousHash: previous_hash,
});

const TOLD: Readonly<Record<AuditFault["kind"], string>> = {
  missing: "is missing",
  changed: "was changed: it does not follow from its fields and the entry before",
  rewritten: "is not the one that was noted: the log was written anew, from there or from before",
};

function faultFailure({ kind, number }: AuditFault): Failure {
  const fix = "compare with a backup of the control table or of control.db: docs/audit-and-roles.md";
  return new Failure(`audit entry ${number} ${TOLD[kind]}`, { exitCode: exitCodes.refused, fix });
}

async function readHead({ client }: Session): Promise<NotedEntry | undefined> {
  return expectStatus(await client.auditHead({}), 200).head ?? undefined;
}

/** An entry and the head that names it are written together: none stands behind the head as it is afterwards. */
function headFault(head: NotedEntry | undefined, last: NotedEntry): string | undefined {
  if (head === undefined) return "the head of the audit log is gone: nobody can tell whether its last entries are";
  if (head.number >= last.number) return undefined;
  return `the head of the audit log was changed: it names entry ${head.number}, and there is an entry ${last.number}`;
}

/** The head is read first: what is appended meanwhile follows it. */
async function check(session: Session, noted: readonly NotedEntry[]): Promise<NotedEntry | undefined> {
  const head = await readHead(session);
  const checked = makeAuditCheck([...noted, ...(head ? [head] : [])], sha256);
  for await (const page of auditPages(session)) {
    const fault = checked.add(page.map(entryOf));
    if (fault !== undefined) throw faultFailure(fault);
  }
  const fault = checked.end();
  if (fault !== undefined) throw faultFailure(fault);
  const wrongHead = checked.last && headFault(await readHead(session), checked.last);
  if (wrongHead !== undefined) throw new Failure(wrongHead, { exitCode: exitCodes.refused });
  return checked.last;
}

export async function verifyAudit(
  options: { readonly expect?: string },
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const noted = readNoted(options.expect);
  const session = await connect(command, terminal);
  const last = await check(session, noted);
  const found = { status: "whole", entries: last?.number ?? 0, last_hash: last?.hash ?? null };
  print(terminal, session.format, {
    whole: found,
    columns: Object.keys(found),
    rows: [found],
    notes: last
      ? [`Note it elsewhere, and compare later: finops audit verify --expect ${last.number}:${last.hash}`]
      : [],
  });
}
