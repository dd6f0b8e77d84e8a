// Runs CDK's command line on one configuration, and says in words what its known failures mean.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { explainFailure } from "./explain-failure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const linesKept = 400;

/** What is written goes on to the terminal; its end is kept for the explanation of a failure. */
export async function cdk(args: readonly string[], config: string | undefined): Promise<number> {
  const context = config === undefined ? [] : ["-c", `config=${config}`];
  const child = spawn(process.execPath, [`${root}node_modules/aws-cdk/bin/cdk`, ...args, ...context], {
    cwd: root,
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
  });
  const lines: string[] = [];
  const keep = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
    to.write(chunk);
    lines.push(...chunk.toString("utf8").split("\n"));
    lines.splice(0, Math.max(0, lines.length - linesKept));
  };
  child.stdout.on("data", keep(process.stdout));
  child.stderr.on("data", keep(process.stderr));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve(exit ?? 1));
  });
  const meaning = code === 0 ? undefined : explainFailure(lines.join("\n"));
  if (meaning !== undefined) console.error(`\n${meaning}`);
  return code;
}
