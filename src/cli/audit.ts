import type { Command } from "commander";
import { auditPages, type WireEntry } from "./audit-pages.ts";
import { connect } from "./connection.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { verifyAudit } from "./verify-audit.ts";

interface ListOptions {
  readonly subject?: string;
  readonly action?: string;
}

const columns = ["number", "at", "by", "action", "subject", "from", "to", "reason"];

async function listAudit({ subject, action }: ListOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const entries: WireEntry[] = [];
  for await (const page of auditPages(session)) {
    entries.push(
      ...page.filter(
        (entry) =>
          (subject === undefined || entry.subject === subject || entry.subject.startsWith(`${subject}/`)) &&
          (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`)),
      ),
    );
  }
  const notes = entries.length === 0 ? ["There is no such entry."] : [];
  print(terminal, session.format, { whole: { entries }, columns, rows: entries, cut: ["from", "to", "reason"], notes });
}

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command("audit").description("who changed what, when, from what to what, and why");
  audit
    .command("list")
    .description("the entries, oldest first")
    .option("--subject <subject>", "of one thing, or of one kind: key/key_abc, price, policies")
    .option("--action <action>", "of one kind: key.revoke, key, approval.approve")
    .action((options: ListOptions, command: Command) => listAudit(options, command, terminal));
  audit
    .command("verify")
    .description("compute the chain of hashes anew: finds an entry that was changed or is missing")
    .option("--expect <number:hash>", "an entry that an earlier run printed: it must still be there, as it was")
    .action((options: { readonly expect?: string }, command: Command) => verifyAudit(options, command, terminal));
}
