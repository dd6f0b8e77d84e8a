import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { stringify } from "yaml";
import { connect, expectStatus } from "./connection.ts";
import { usageFailure } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

const header = "# yaml-language-server: $schema=./finops.schema.json\n";

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw usageFailure(`${file}: ${(cause as Error).message}`);
  }
}

async function exportConfig(options: { readonly file?: string }, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const state = expectStatus(await session.client.readConfig({}), 200);
  const prices = state.prices.map(({ id: _, set_at: __, set_by: ___, ...rate }) => rate);
  const document = { ...state.config, prices };
  const text =
    session.format === "json"
      ? `${JSON.stringify(document, null, 2)}\n`
      : header + stringify(document, { lineWidth: 120 });
  if (options.file === undefined) terminal.out(text);
  else write(options.file, text);
}

export function addExport(program: Command, terminal: Terminal): void {
  program
    .command("export")
    .description("the present state as a finops.yaml that plans to no change")
    .option("-f, --file <file>", "write it there (default: standard output)")
    .action((options: { readonly file?: string }, command: Command) => exportConfig(options, command, terminal));
}
