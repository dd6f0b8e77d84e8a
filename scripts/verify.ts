// npm run verify [-- NAME…]: runs every proof in order, or those named; each is a command that exits 0 when it holds.
// A proof that cannot run is a failure. What each proves, and what not: docs/verification.md.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Proof {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly minutesMax: number;
}

const node = (script: string, ...args: string[]) =>
  [process.execPath, "--disable-warning=ExperimentalWarning", script, ...args] as const;

/** Test suites of a configuration of their own; scripts/count-results.mjs adds their report to the tests. */
const suites = (config: string, report: string) =>
  [
    "vitest",
    ...["run", "--config", `vitest.${config}.config.ts`, "--reporter=default", "--reporter=json"],
    `--outputFile.json=reports/${report}.json`,
  ] as const;

const proofs: readonly Proof[] = [
  { name: "typecheck", command: ["tsc", "-b"], minutesMax: 3 },
  { name: "lint", command: ["biome", "check", "--error-on-warnings", "."], minutesMax: 2 },
  { name: "unused-code", command: ["knip"], minutesMax: 2 },
  { name: "simulation", command: node("test/simulation/main.ts", "--seeds", "3000"), minutesMax: 10 },
  { name: "kill", command: node("test/kill/main.ts", "--kills", "20"), minutesMax: 4 },
  { name: "alert-lead", command: node("test/alerts/main.ts"), minutesMax: 6 },
  { name: "dynamodb-local", command: suites("aws", "dynamodb-local"), minutesMax: 8 },
  { name: "trino", command: suites("trino", "trino"), minutesMax: 12 },
  { name: "emulator", command: node("test/emulator/proof-deploy.ts"), minutesMax: 15 },
  { name: "emulator-faults", command: node("test/emulator/proof-faults.ts"), minutesMax: 8 },
  { name: "bundles", command: node("scripts/proofs/bundles.ts"), minutesMax: 2 },
  { name: "synth", command: node("scripts/proofs/synth.ts"), minutesMax: 6 },
  { name: "catalog", command: ["npm", "run", "catalog:check"], minutesMax: 4 },
  { name: "fresh-clone", command: node("scripts/proofs/fresh-clone.ts"), minutesMax: 4 },
  { name: "sdk", command: node("scripts/proofs/sdk.ts"), minutesMax: 4 },
  { name: "schemathesis", command: node("scripts/proofs/schemathesis.ts"), minutesMax: 12 },
  { name: "litellm", command: node("scripts/proofs/litellm.ts"), minutesMax: 12 },
  { name: "page", command: node("scripts/proofs/page.ts"), minutesMax: 8 },
  { name: "bench", command: node("bench/main.ts", "--smoke"), minutesMax: 4 },
  { name: "bench-aws", command: node("bench/aws/main.ts", "--smoke"), minutesMax: 4 },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !proofs.some((proof) => proof.name === name));
if (unknown.length > 0)
  throw new Error(`no proof named ${unknown.join(", ")}: ${proofs.map((p) => p.name).join(", ")}`);

const results = proofs
  .filter(({ name }) => named.length === 0 || named.includes(name))
  .map(({ name, command, minutesMax }) => {
    const [program, ...args] = command;
    console.log(`\n── ${name}: ${[program === process.execPath ? "node" : program, ...args].join(" ")}`);
    const startedAt = performance.now();
    const { status, signal, error } = spawnSync(program, args, {
      cwd: root,
      stdio: "inherit",
      timeout: minutesMax * 60_000,
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
    });
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const passed = status === 0;
    if (!passed) console.log(`${name} failed: ${error?.message ?? signal ?? `exit ${status}`}`);
    return { name, passed, seconds };
  });

mkdirSync(`${root}reports`, { recursive: true });
writeFileSync(`${root}reports/verify.json`, JSON.stringify(results, null, 2));
console.log("");
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? "holds " : "FAILED"}  ${name.padEnd(14)} ${seconds} s`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
