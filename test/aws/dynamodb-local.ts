import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Amazon's own DynamoDB Local, as the registry of npm has it. Not a dependency: it is 57 MB and needs Java. */
const packageName = "amplify-dynamodb-simulator";
const packageVersion = "2.9.30";
const startAttemptsMax = 150;

const tools = process.env.FINOPS_TOOLS ?? join(homedir(), ".cache", "ai-finops-tools");

function installJava(): void {
  if (spawnSync("java", ["-version"]).status === 0) return;
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", timeout: 120_000 });
  const install = ["install", "-y", "-qq", "--no-install-recommends", "default-jre-headless"];
  execFileSync("apt-get", install, { stdio: "inherit", timeout: 300_000 });
}

/** The folder with the jar: fetched once, and moved into place whole, so that nobody finds half of it. */
function install(): string {
  const folder = join(tools, `${packageName}-${packageVersion}`);
  const emulator = join(folder, "package", "emulator");
  if (existsSync(emulator)) return emulator;
  mkdirSync(tools, { recursive: true });
  const partial = mkdtempSync(join(tools, "unpacking-"));
  try {
    const pack = ["pack", "--silent", "--pack-destination", partial, `${packageName}@${packageVersion}`];
    execFileSync("npm", pack, { cwd: partial, stdio: ["ignore", "ignore", "inherit"], timeout: 300_000 });
    const archive = `${packageName}-${packageVersion}.tgz`;
    execFileSync("tar", ["xzf", archive], { cwd: partial, timeout: 60_000 });
    rmSync(join(partial, archive));
    if (!existsSync(emulator)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return emulator;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function answers(endpoint: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < startAttemptsMax; attempt++) {
    if (server.exitCode !== null) throw new Error(`DynamoDB Local ended with ${server.exitCode} before it answered`);
    const reply = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (reply) return;
    await sleep(200);
  }
  throw new Error(`DynamoDB Local does not answer at ${endpoint}`);
}

export interface DynamoDbLocal extends AsyncDisposable {
  readonly endpoint: string;
}

/** A server of its own in memory, empty. Installs what it needs. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  installJava();
  const cwd = install();
  const port = await freePort();
  const jar = ["-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", String(port)];
  const server = spawn("java", ["-Xmx512m", "-Djava.library.path=./DynamoDBLocal_lib", ...jar], {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answers(endpoint, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, [Symbol.asyncDispose]: stop };
}
