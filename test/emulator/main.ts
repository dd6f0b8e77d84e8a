// node test/emulator/main.ts up [NAME] | down [NAME]: an emulator with Trino to try things on. It ends after an hour.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installEmulator, startEmulator } from "./emulator.ts";
import { toolsFolder } from "./tools.ts";
import { installTrino } from "./trino.ts";

const hourMs = 3_600_000;
const startMsMax = 240_000;
const [command, name = "emulator"] = process.argv.slice(2);
const folder = join(toolsFolder, "running");
const stateFile = join(folder, `${name}.json`);

/** In the background: it holds the emulator until it is told to stop. */
async function hold(): Promise<void> {
  await using emulator = await startEmulator();
  writeFileSync(stateFile, JSON.stringify({ holder: process.pid, env: emulator.env, log: emulator.log }));
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  await sleep(hourMs, undefined, { signal: stop.signal }).catch(() => undefined);
  rmSync(stateFile, { force: true });
}

async function up(): Promise<void> {
  await down();
  await installEmulator();
  await installTrino();
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${name}.log`);
  const output = openSync(log, "w");
  const holder = spawn(process.execPath, [import.meta.filename, "hold", name], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  let ended = false;
  holder.once("exit", () => {
    ended = true;
  });
  const until = Date.now() + startMsMax;
  while (!existsSync(stateFile)) {
    if (ended || Date.now() > until) throw new Error(`it did not start:\n${readFileSync(log, "utf8").slice(-4_000)}`);
    await sleep(200);
  }
  holder.unref();
  const state = JSON.parse(readFileSync(stateFile, "utf8"));
  for (const [variable, value] of Object.entries(state.env)) process.stdout.write(`export ${variable}=${value}\n`);
  process.stdout.write(`# log: ${state.log}\n`);
}

async function down(): Promise<void> {
  if (!existsSync(stateFile)) return;
  const { holder } = JSON.parse(readFileSync(stateFile, "utf8"));
  try {
    process.kill(holder, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    rmSync(stateFile, { force: true });
  }
  for (let waitedMs = 0; existsSync(stateFile); waitedMs += 100) {
    if (waitedMs > 20_000) throw new Error(`process ${holder} does not stop`);
    await sleep(100);
  }
}

if (command === "up") await up();
else if (command === "down") await down();
else if (command === "hold") await hold();
else throw new Error("node test/emulator/main.ts up [NAME] | down [NAME]");
