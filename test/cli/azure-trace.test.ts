import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

const folder = fileURLToPath(new URL("../../../shared/data/azure-llm-trace-2023/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) process.stderr.write(`skipped: the Azure trace is not in ${folder}\n`);

const services = ["code", "conv"];
const fileOf = (service: string) => `${folder}AzureLLMInferenceTrace_${service}.csv`;

/** gpt-4o, public list price: 2.50 USD per million input tokens, 10.00 per million output tokens; in pico-dollars. */
const inputPico = 2_500_000n;
const outputPico = 10_000_000n;

/** From the file alone: no line of the product's code. */
function expectedUsd(service: string): { calls: number; usd: string } {
  const [, ...rows] = readFileSync(fileOf(service), "utf8").trim().split(/\r?\n/);
  const pico = rows.reduce((sum, row) => {
    const [, context = "0", generated = "0"] = row.split(",");
    return sum + BigInt(context) * inputPico + BigInt(generated) * outputPico;
  }, 0n);
  const decimals = String(pico % 10n ** 12n)
    .padStart(12, "0")
    .replace(/0+$/, "");
  return { calls: rows.length, usd: `${pico / 10n ** 12n}.${decimals}` };
}

async function importService(finops: Finops, service: string) {
  const columns = ["TIMESTAMP=time", "ContextTokens=uncached_input_tokens", "GeneratedTokens=text_output_tokens"];
  const values = ["provider=openai", "model=gpt-4o", "source=azure-trace", "team=azure", `feature=${service}`];
  const rest = ["environment=production", "region=us", "customer_tier=none"];
  const outcome = await finops.run([
    ...["import", fileOf(service), "--json"],
    ...columns.flatMap((pair) => ["--map", pair]),
    ...[...values, ...rest].flatMap((pair) => ["--set", pair]),
  ]);
  expect(outcome.exitCode, outcome.err).toBe(0);
  return JSON.parse(outcome.out);
}

async function reported(finops: Finops) {
  const words = ["report", "cost", "--from", "2023-11-16", "--to", "2023-11-16", "--group-by", "feature", "--json"];
  const report = JSON.parse((await finops.run(words)).out);
  const rows = report.rows.map((row: Record<string, unknown>) => [row.feature, row.requests, row.cost_usd]);
  return { rows: rows.sort(), total: report.total_cost_usd };
}

test.skipIf(!isThere)(
  "the 28,185 calls of the Azure trace are imported once, and their cost is exact by service",
  { timeout: 120_000 },
  async () => {
    await using finops = await openFinops();
    const expected = services.map((service) => ({ service, ...expectedUsd(service) }));
    expect(expected.map(({ calls }) => calls)).toEqual([8_819, 19_366]);

    for (const { service, calls } of expected) {
      expect(await importService(finops, service)).toMatchObject({ new: calls, known: 0, conflicting: 0, rejected: 0 });
    }
    const first = await reported(finops);
    expect(first.rows).toEqual(expected.map(({ service, calls, usd }) => [service, calls, usd]));
    expect(first.total).toBe("144.40022");

    for (const { service, calls } of expected) {
      expect(await importService(finops, service)).toMatchObject({ new: 0, known: calls, conflicting: 0, rejected: 0 });
    }
    expect(await reported(finops)).toEqual(first);
  },
);
