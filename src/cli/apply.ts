import type { Command } from "commander";
import { defaultConfigFile, readConfigFile } from "./config-file.ts";
import { confirm } from "./confirm.ts";
import { connect } from "./connection.ts";
import { print } from "./output.ts";
import { planColumns, planRows, planText } from "./plan-text.ts";
import type { Terminal } from "./terminal.ts";

interface ApplyOptions {
  readonly file: string;
  readonly yes?: true;
  readonly reason?: string;
}

async function apply(options: ApplyOptions, command: Command, terminal: Terminal): Promise<void> {
  const { file, yes, reason = `finops apply ${file}` } = options;
  const { document, expectTaken } = readConfigFile(file);
  const session = await connect(command, terminal);
  const plan = expectTaken(await session.client.planConfig({ body: document }), 200);
  const isForPeople = session.format === "table";
  (isForPeople ? terminal.out : terminal.err)(planText(plan));
  const changes = plan.changes.length;
  if (changes > 0 && !yes) {
    await confirm(`Apply ${changes === 1 ? "this change" : `these ${changes} changes`}?`, terminal);
  }
  const body = { document, expected_revision: plan.revision, reason: reason.slice(0, 500) };
  const applied = expectTaken(await session.client.applyConfig({ body }), 200);
  if (!isForPeople) {
    print(terminal, session.format, { whole: applied, columns: planColumns, rows: planRows(applied.changes) });
  } else if (applied.changes.length > 0) {
    terminal.out(`Applied. It holds everywhere within 10 seconds.\n`);
  }
}

export function addApply(program: Command, terminal: Terminal): void {
  program
    .command("apply")
    .description("make a finops.yaml hold: plans, shows, asks, and changes nothing if the state moves meanwhile")
    .option("-f, --file <file>", "the document", defaultConfigFile)
    .option("--yes", "do not ask")
    .option("--reason <text>", "why, for the audit log")
    .action((options: ApplyOptions, command: Command) => apply(options, command, terminal));
}
