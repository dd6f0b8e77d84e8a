import type { Command } from "commander";
import { connect } from "./connection.ts";
import { confirmRestatement } from "./restate.ts";
import { filterOf, type RestatementOptions, withRestatementOptions } from "./restatement-options.ts";
import type { Terminal } from "./terminal.ts";

async function reprice(options: RestatementOptions, command: Command, terminal: Terminal): Promise<void> {
  const { from, to, reason, restatement: id = terminal.newId(), dryRun = false, yes = false } = options;
  const filter = filterOf(options);
  const body = { id, kind: "reprice", from, to, filter, reason, dry_run: dryRun } as const;
  await confirmRestatement(await connect(command, terminal), body, yes);
}

export function addReprice(program: Command, terminal: Terminal): void {
  withRestatementOptions(
    program
      .command("reprice")
      .description(
        "rate past usage by the prices that hold now for its time, and book the difference, after a dry run",
      ),
  ).action((options: RestatementOptions, command: Command) => reprice(options, command, terminal));
}
