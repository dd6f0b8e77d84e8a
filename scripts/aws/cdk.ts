// Runs CDK's command line on one configuration, and says in words what its known failures mean.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { explainFailure } from "./explain-failure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const linesKept = 400;

/** What is written goes on to the terminal; the end of what CDK has to say is kept for the explanation of a failure. */
export async function cdk(args: readonly string[], config: string | undefined): Promise<number> {
  const context = config === undefined ? [] : ["-c", `config=${config}`];
  const child = spawn(process.execPath, [`${root}node_modules/aws-cdk/bin/cdk`, ...args, ...context], {
    cwd: root,
    // CDK asks for approval only where its output is a terminal itself. Its errors go to the other stream.
    stdio: ["inherit", "inherit", "pipe"],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
  });
  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    lines.push(...chunk.toString("utf8").split("\n"));
    lines.splice(0, Math.max(0, lines.length - linesKept));
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve(exit ?? 1));
  });
  const meaning = code === 0 ? undefined : explainFailure(lines.join("\n"));
  if (meaning !== undefined) console.error(`\n${meaning}`);
  return code;
}
