import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const lockMsMax = 15 * 60_000;

/** Where what the proofs install stays between runs: outside the checkout. */
export const toolsFolder = process.env.FINOPS_TOOLS ?? join(homedir(), ".cache", "ai-finops-tools");

/** Runs a program to its end, within a time; its output is told when it fails. */
export async function runTool(
  program: string,
  args: readonly string[],
  { minutesMax, ...options }: { readonly minutesMax: number; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  try {
    const { stdout } = await run(program, [...args], {
      ...options,
      timeout: minutesMax * 60_000,
      killSignal: "SIGKILL",
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    const last = `${stdout}\n${stderr}`.trim().slice(-4_000);
    throw new Error(`${program} ${args.slice(0, 4).join(" ")} failed: ${message.split("\n")[0]}\n${last}`, {
      cause: error,
    });
  }
}

async function takeLock(folder: string): Promise<() => void> {
  const lock = `${folder}.lock`;
  const until = Date.now() + lockMsMax;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (Date.now() > until)
      throw new Error(`another process has been installing ${folder} for long; or remove ${lock}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/**
 * The folder of a tool, installed once: `install` fills a folder that takes the name when it is whole, so that what was
 * interrupted is not mistaken for a tool. `name` says the version.
 */
export async function installOnce(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(toolsFolder, name);
  if (existsSync(folder)) return folder;
  mkdirSync(toolsFolder, { recursive: true });
  const unlock = await takeLock(folder);
  try {
    if (existsSync(folder)) return folder;
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await install(unfinished);
    renameSync(unfinished, folder);
    return folder;
  } finally {
    unlock();
  }
}
