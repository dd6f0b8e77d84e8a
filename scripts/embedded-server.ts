import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const startMsMax = 90_000;

/** The embedded server in a process group of its own, started as a person starts it. */
export interface EmbeddedServer {
  readonly baseUrl: string;
  readonly pid: number;
  /** kill -9: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly cwd: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly adminKey: string;
}

/** This checkout's server on a data folder, on any free port, with this process's Node. */
export function ownServer(folder: string, adminKey: string): ServerCommand {
  const start = ["src/cli/main.ts", "start", "--port", "0", "--data", folder, "--no-demo"];
  const args = ["--disable-warning=ExperimentalWarning", ...start];
  return { cwd: root, program: process.execPath, args, adminKey };
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`the server did not start: ${why}\n${output}`));
    };
    const timer = setTimeout(() => fail(`no address within ${startMsMax} ms`), startMsMax);
    const read = (chunk: Buffer) => {
      output += chunk;
      const address = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(output)?.[0];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("error", (error) => fail(error.message));
    server.once("exit", (code, signal) => fail(`exit ${code ?? signal}`));
  });
}

export async function startServer({ cwd, program, args, adminKey }: ServerCommand): Promise<EmbeddedServer> {
  const server = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, FINOPS_ADMIN_KEY: adminKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = server.pid ?? 0;
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const killGroup = () => signalGroup(pid, "SIGKILL");
  process.once("exit", killGroup);
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    signalGroup(pid, signal);
    await gone;
    process.removeListener("exit", killGroup);
  };
  try {
    return { baseUrl: await addressOf(server), pid, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
  } catch (error) {
    signalGroup(pid, "SIGKILL");
    throw error;
  }
}

/** To the process and what it has started: npm is a process of its own. */
function signalGroup(pid: number, signal: "SIGKILL" | "SIGTERM"): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
