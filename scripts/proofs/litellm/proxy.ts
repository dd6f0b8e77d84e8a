import { spawn } from "node:child_process";
import { createWriteStream, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";

const startMsMax = 120_000;
const stopMsMax = 15_000;

export const masterKey = "sk-litellm-proof";

export interface LiteLlmProxy {
  readonly url: string;
  /** As an orchestrator does: SIGTERM, and after a while SIGKILL. */
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface ProxyOptions {
  readonly bin: string;
  readonly folder: string;
  readonly name: string;
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
}

/** The proxy with a configuration, in a process group of its own; its output goes to a file in the folder. */
export async function startProxy({ bin, folder, name, config, env }: ProxyOptions): Promise<LiteLlmProxy> {
  const port = await freePort();
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify(config));
  const proxy = spawn(join(bin, "litellm"), ["--config", file, "--host", "127.0.0.1", "--port", String(port)], {
    cwd: folder,
    detached: true,
    env: {
      ...{ PATH: process.env.PATH ?? "", HOME: folder, LITELLM_MASTER_KEY: masterKey },
      ...{ LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_TELEMETRY: "False", DEFAULT_FLUSH_INTERVAL_SECONDS: "1" },
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = join(folder, `${name}.log`);
  const output = createWriteStream(log);
  proxy.stdout.pipe(output);
  proxy.stderr.pipe(output);
  const pid = proxy.pid ?? 0;
  const gone = new Promise<void>((resolve) => proxy.once("exit", () => resolve()));
  const signal = (which: "SIGTERM" | "SIGKILL") => {
    if (proxy.exitCode === null && proxy.signalCode === null && pid > 0) process.kill(-pid, which);
  };
  const killGroup = () => signal("SIGKILL");
  process.once("exit", killGroup);
  const stop = async () => {
    signal("SIGTERM");
    await Promise.race([gone, sleep(stopMsMax, undefined, { ref: false })]);
    signal("SIGKILL");
    await gone;
    process.removeListener("exit", killGroup);
  };
  const url = `http://127.0.0.1:${port}`;
  for (let waitedMs = 0; waitedMs < startMsMax; waitedMs += 500) {
    const isReady = await fetch(`${url}/health/readiness`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return { url, stop };
    if (proxy.exitCode !== null) break;
    await sleep(500);
  }
  await stop();
  throw new Error(`litellm did not start: see ${log}`);
}
