import type { Command } from "commander";
import { connect, expectStatus, type Session } from "../connection.ts";
import { exitCodes, Failure } from "../failure.ts";
import { print } from "../output.ts";
import { collect, parsePairs } from "../pairs.ts";
import type { Terminal } from "../terminal.ts";
import { addBedrockLogs } from "./bedrock-logs.ts";
import { type ToldRow, writeState } from "./import-state.ts";
import { fileInput, type ImportInput, type ImportRun, runImport } from "./run-import.ts";

const mergeWaitMs = 15 * 60_000;
const mergePauseMs = 500;

async function waitForMerge({ client, terminal }: Session, importId: string) {
  for (let waitedMs = 0; ; waitedMs += mergePauseMs) {
    const record = expectStatus(await client.readImport({ params: { id: importId } }), 200);
    if (record.status === "merged" || waitedMs >= mergeWaitMs) return record;
    if (waitedMs === 0) {
      terminal.err(`all rows are in; ${record.waiting.toLocaleString("en-US")} wait for the pipeline…\n`);
    }
    await terminal.sleep(mergePauseMs);
  }
}

/** When every row was refused here, the server knows of no import. */
const nothingSent = { new: 0, known: 0, conflicting: 0, waiting: 0 };

type ImportSummary = typeof nothingSent;

function tellRows({ err }: Terminal, what: string, rows: readonly ToldRow[], count: number): void {
  for (const { line, id, problem } of rows) {
    err(`line ${line}${id === null ? "" : ` (id ${id})`}: ${what}: ${problem}\n`);
  }
  const untold = count - rows.length;
  if (untold > 0) err(`${rows.length > 0 ? "… and " : ""}${untold.toLocaleString("en-US")} more ${what} rows\n`);
}

function printSummary(session: Session, { state }: ImportRun, record: ImportSummary): void {
  const { tally } = state;
  const row = {
    import_id: state.importId,
    rows: state.rowsDone,
    ...{ new: record.new, known: record.known, conflicting: record.conflicting, waiting: record.waiting },
    ...{ rejected: tally.rejected, unallocated: tally.quarantined, unpriced: tally.unpriced },
  };
  tellRows(session.terminal, "rejected", tally.rejectedRows, tally.rejected);
  tellRows(session.terminal, "conflicting", tally.conflictingRows, record.conflicting);
  const notes = record.waiting > 0 ? [`not merged yet: finops status ${state.importId}`] : [];
  const whole = { ...row, rejected_rows: tally.rejectedRows, conflicting_rows: tally.conflictingRows };
  print(session.terminal, session.format, { whole, columns: Object.keys(row), rows: [row], notes });
}

interface ImportOptions {
  readonly map?: string[];
  readonly set?: string[];
}

/** Sends all rows, waits until the pipeline has told new ones from known ones, and tells what became of them. */
async function importRows(input: ImportInput, session: Session): Promise<void> {
  const run = await runImport(session, input);
  const { state, resumedAt } = run;
  if (resumedAt > 0) session.terminal.err(`went on after ${resumedAt.toLocaleString("en-US")} rows sent before\n`);
  const record = state.tally.sent > 0 ? await waitForMerge(session, state.importId) : nothingSent;
  await writeState(run.statePath, { ...state, finished: true });
  printSummary(session, run, record);
  const untaken = state.tally.rejected + record.conflicting;
  if (untaken > 0) {
    const fixes = [
      ...(state.tally.rejected > 0
        ? ["mend the rejected rows and import the file again, under the same name: what is in counts once"]
        : []),
      ...(record.conflicting > 0 ? ["correct a conflicting event with `finops adjust`"] : []),
    ];
    throw new Failure(`${untaken.toLocaleString("en-US")} rows were not taken`, {
      exitCode: exitCodes.refused,
      fix: fixes.join("; "),
    });
  }
}

export function addImport(program: Command, terminal: Terminal): void {
  const command = program
    .command("import")
    .description("send the usage events of a file: JSON lines or CSV, plain or gzip, of any age")
    .argument("<file>", "one event a line (JSON), or a CSV with a header")
    .option(
      "--map <column=field>",
      "CSV: which field a column is (repeat); a column named like a field needs none",
      collect,
    )
    .option("--set <field=value>", "the value of a field in rows that leave it empty (repeat)", collect)
    .addHelpText(
      "after",
      `
Fields: id, source, time, provider, model, service_tier, speed, serving_location, requests, response_id; a meter such
as uncached_input_tokens; team, feature, environment, region, customer_tier, purpose, customer_id; tags.NAME.
A time of a CSV without an offset is taken as UTC. Rows without an id get one from what they say, so that a row counts
once, also in a file of which other rows were mended; an interrupted import goes on when the command is run again.

  finops import calls.csv --map TIMESTAMP=time --map ContextTokens=uncached_input_tokens \\
    --map GeneratedTokens=text_output_tokens --set provider=openai --set model=gpt-4o --set feature=chat`,
    )
    .action(async (path: string, options: ImportOptions, command: Command) => {
      const mapping = { map: parsePairs("--map", options.map ?? []), set: parsePairs("--set", options.set ?? []) };
      const session = await connect(command, terminal);
      await importRows(await fileInput(path, mapping), session);
    });
  addBedrockLogs(command, terminal, importRows);
}
