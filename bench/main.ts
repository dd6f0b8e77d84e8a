// npm run bench [-- --smoke] [-- NAME…]: each benchmark in a process of its own, the machine's spin loop beside it.
// --smoke: small sizes, to show that the benchmarks run. Figures of such a run say nothing.
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { figure } from "./figure.ts";
import { spinLoop } from "./spin-loop.ts";

const benchmarks = ["rating", "body", "otlp", "http-ingest", "authorize", "budgets", "sdk", "report", "pipeline"];

const args = process.argv.slice(2);
const smoke = args.includes("--smoke");
const named = args.filter((arg) => !arg.startsWith("--"));
const unknown = named.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0) throw new Error(`no benchmark named ${unknown.join(", ")}: ${benchmarks.join(", ")}`);

const gib = 1024 ** 3;
console.log(
  `${cpus()[0]?.model} × ${availableParallelism()}, ${(totalmem() / gib).toFixed(1)} GiB, Node ${process.version}`,
);
for (const name of benchmarks.filter((each) => named.length === 0 || named.includes(each))) {
  console.log(`\n── ${name}${smoke ? " (smoke: the figures say nothing)" : ""}`);
  figure("spin loop", spinLoop() / 1e6, "M additions/s");
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const nodeArgs = ["--disable-warning=ExperimentalWarning", "--expose-gc", script, ...(smoke ? ["--smoke"] : [])];
  const { status, signal } = spawnSync(process.execPath, nodeArgs, { stdio: "inherit" });
  if (status !== 0) {
    console.log(`${name} failed: ${signal ?? `exit ${status}`}`);
    process.exitCode = 1;
  }
}
