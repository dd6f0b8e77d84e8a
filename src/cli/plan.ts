import type { Command } from "commander";
import { defaultConfigFile, readConfigFile } from "./config-file.ts";
import { connect } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { print } from "./output.ts";
import { planColumns, planRows, planText } from "./plan-text.ts";
import type { Terminal } from "./terminal.ts";

interface PlanOptions {
  readonly file: string;
  readonly exitCode?: true;
}

async function plan({ file, exitCode }: PlanOptions, command: Command, terminal: Terminal): Promise<void> {
  const { document, expectTaken } = readConfigFile(file);
  const session = await connect(command, terminal);
  const planned = expectTaken(await session.client.planConfig({ body: document }), 200);
  if (session.format === "table") terminal.out(planText(planned));
  else print(terminal, session.format, { whole: planned, columns: planColumns, rows: planRows(planned.changes) });
  if (exitCode && planned.changes.length > 0) {
    const message = `${planned.changes.length} changes to apply`;
    throw new Failure(message, { exitCode: exitCodes.changes, fix: `\`finops apply -f ${file}\`` });
  }
}

export function addPlan(program: Command, terminal: Terminal): void {
  program
    .command("plan")
    .description("what a finops.yaml would change, and what that means; changes nothing")
    .option("-f, --file <file>", "the document", defaultConfigFile)
    .option("--exit-code", "end with 4 when there are changes")
    .action((options: PlanOptions, command: Command) => plan(options, command, terminal));
}
