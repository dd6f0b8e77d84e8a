import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const leash = join(import.meta.dirname, "kit", "leash.py");

/** This process's, without whatever real account its owner uses. */
export function environmentWithoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
}

/** A port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly log: string;
  readonly isRunning: () => boolean;
  /** kill -9 to it and what it has started. */
  kill(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its output. */
  readonly log: string;
  /** Answers when it is ready. */
  readonly isReady: () => Promise<boolean>;
  readonly startMsMax: number;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const endOf = (file: string) => readFileSync(file, "utf8").slice(-4_000);

/**
 * A server that dies with this process, whatever this process dies of: at its exit the whole group is killed, and
 * the kernel kills the server when there was no time for that.
 */
export async function startProcess(command: ServerCommand): Promise<ServerProcess> {
  const { name, log, startMsMax } = command;
  const output = openSync(log, "a");
  const child: ChildProcess = spawn("python3", [leash, String(process.pid), command.program, ...command.args], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const pid = child.pid ?? 0;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const isRunning = () => failure === undefined && child.exitCode === null && child.signalCode === null;
  const atExit = () => killGroup(pid);
  process.once("exit", atExit);
  const kill = async () => {
    if (isRunning()) {
      killGroup(pid);
      await gone;
    }
    process.removeListener("exit", atExit);
  };
  const startedAt = Date.now();
  while (!(await command.isReady().catch(() => false))) {
    const late = Date.now() - startedAt > startMsMax;
    if (late || !isRunning()) {
      await kill();
      throw new Error(
        `${name} ${late ? `was not ready in ${startMsMax} ms` : "did not start"}:\n${failure ?? endOf(log)}`,
      );
    }
    await sleep(100);
  }
  return { pid, log, isRunning, kill, [Symbol.asyncDispose]: kill };
}
