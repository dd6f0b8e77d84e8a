import type { Command } from "commander";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { connect } from "./connection.ts";
import { runRestatement } from "./restate.ts";
import type { Terminal } from "./terminal.ts";

interface VoidOptions {
  readonly since: string;
  readonly reason: string;
  readonly dryRun?: true;
  readonly restatement?: string;
}

/** No event is older. */
const earliestDay = "2000-01-01";

async function voidSince(id: string, options: VoidOptions, command: Command, terminal: Terminal): Promise<void> {
  const { since, reason, dryRun = false, restatement = terminal.newId() } = options;
  const tomorrow = addDays(usageDateOf(terminal.now() as Instant), 1);
  await runRestatement(await connect(command, terminal), {
    ...{ id: restatement, kind: "void", from: earliestDay, to: tomorrow, reason, dry_run: dryRun },
    filter: { key_id: id, received_since: since },
  });
}

export function addVoidSince(keys: Command, terminal: Terminal): void {
  keys
    .command("void-since")
    .description("revoke a key, and take back what was received with it since a moment")
    .argument("<id>")
    .requiredOption("--since <time>", "of RFC 3339: when it got into wrong hands")
    .requiredOption("--reason <text>", "why; it stands in explanations and in the audit log")
    .option("--dry-run", "say what would be taken back; the key stays as it is")
    .option("--restatement <id>", "goes on with this one: what it has done is not done again (default: a new one)")
    .action((id: string, options: VoidOptions, command: Command) => voidSince(id, options, command, terminal));
}
