// The package as senders have it: packed, installed into an empty project, run by Node 20 and seen by TypeScript.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

const sender = `
import { createMeter } from "ai-finops/sdk";
const meter = createMeter({ url: process.env.FINOPS_URL, key: process.env.FINOPS_KEY, source: "packed" });
const id = meter.run({ feature: "packed" }, () =>
  meter.record({ id: "packed-1", provider: "openai", model: "gpt-4o", meters: { text_output_tokens: 1_000_000 } }));
const delivered = await meter.close();
console.log(JSON.stringify({ id, delivered, ...meter.stats() }));
`;

/** What a sender in TypeScript writes: a wrong event does not compile. */
const typed = readFileSync(new URL("typed-sender.txt", import.meta.url), "utf8");

/** A Node 20 of the machine's own; this one where there is none. */
function oldestNode(): { program: string; version: string } {
  const versionOf = (program: string) => execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  const candidates = ["/usr/bin/node", "/usr/local/bin/node"].filter((program) => existsSync(program));
  const program = candidates.find((one) => versionOf(one).startsWith("v20.")) ?? process.execPath;
  return { program, version: versionOf(program) };
}

export interface Packed {
  readonly node: string;
  readonly files: number;
  readonly said: { readonly id: string; readonly delivered: boolean; readonly sent: number };
}

export function sendFromEmptyProject(url: string, key: string): Packed {
  const folder = mkdtempSync(join(tmpdir(), "sdk-packed-"));
  const run = (program: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) =>
    execFileSync(program, args, { cwd, encoding: "utf8", timeout: 120_000, env: { ...process.env, ...env } });
  try {
    run(process.execPath, ["scripts/build-sdk.ts"], root);
    const file = run("npm", ["pack", "--silent", join(root, "dist")], folder).trim();
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "sender", private: true, type: "module" }));
    run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--offline", `./${file}`], folder);
    const installed = readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
    if (installed.join() !== "ai-finops") throw new Error(`installed ${installed.join()}, want ai-finops alone`);
    writeFileSync(join(folder, "send.js"), sender);
    writeFileSync(join(folder, "typed.ts"), typed);
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "", "typed.ts"];
    run(join(root, "node_modules/.bin/tsc"), ["--ignoreConfig", ...options], folder);
    const { program, version } = oldestNode();
    const said = JSON.parse(run(program, ["send.js"], folder, { FINOPS_URL: url, FINOPS_KEY: key }));
    return { node: version, files: readdirSync(join(folder, "node_modules/ai-finops/sdk")).length, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
