import type { Command } from "commander";
import { connect, type Session } from "../connection.ts";
import { usageFailure } from "../failure.ts";
import { collect, parsePairs } from "../pairs.ts";
import type { Terminal } from "../terminal.ts";
import { bedrockInput } from "./bedrock-folder.ts";
import { requireSetter } from "./event-fields.ts";
import type { ImportInput } from "./run-import.ts";

interface BedrockLogsOptions {
  readonly map?: string[];
  readonly set?: string[];
  readonly profile?: string[];
}

function optionsOf({ map = [], set = [], profile = [] }: BedrockLogsOptions) {
  const options = {
    map: parsePairs("--map", map),
    set: parsePairs("--set", set),
    profile: new Map(parsePairs("--profile", profile)),
  };
  for (const [, field] of options.map) requireSetter("--map", field);
  for (const [field] of options.set) requireSetter("--set", field);
  return options;
}

type ImportRows = (input: ImportInput, session: Session) => Promise<void>;

async function importLogs(folder: string, sent: BedrockLogsOptions, session: Session, importRows: ImportRows) {
  if (folder.startsWith("s3://")) {
    const fix = `aws s3 sync ${folder} logs --exclude "*/data/*" && finops import bedrock-logs logs`;
    throw usageFailure(`${folder}: a bucket is read by the AWS command line, with your own rights`, fix);
  }
  const skipped = { failedCalls: 0 };
  try {
    await importRows(await bedrockInput(folder, optionsOf(sent), skipped), session);
  } finally {
    if (skipped.failedCalls > 0) {
      session.terminal.err(
        `${skipped.failedCalls.toLocaleString("en-US")} calls used nothing (they failed, or only counted)\n`,
      );
    }
  }
}

export function addBedrockLogs(importCommand: Command, terminal: Terminal, importRows: ImportRows): void {
  importCommand
    .command("bedrock-logs")
    .description("send the calls of Amazon Bedrock's model invocation logs, as S3 delivers them")
    .argument("<folder>", "where `aws s3 sync` has put them, with all its subfolders")
    .option("--map <metadata=field>", "which field a request's metadata (or `identity`) is (repeat)", collect)
    .option("--set <field=value>", "the value of a field of every call (repeat)", collect)
    .option(
      "--profile <id=model>",
      "the model behind an application inference profile, by its id or ARN (repeat)",
      collect,
    )
    .addHelpText(
      "after",
      `
Each call has the source bedrock/<account>/<region> and the id of its request: imported again it counts once. Who called
is its tag \`identity\` (role/NAME, user/NAME), which rules may match. Only counts leave this machine, no prompt or answer.

  aws s3 sync s3://BUCKET/PREFIX/AWSLogs logs --exclude "*/data/*"
  finops import bedrock-logs logs --map feature=feature --set environment=production`,
    )
    .action(async (folder: string, options: BedrockLogsOptions, command: Command) =>
      importLogs(folder, options, await connect(command, terminal), importRows),
    );
}
