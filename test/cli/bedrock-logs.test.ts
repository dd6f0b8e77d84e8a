import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fetch } from "#contract/client.ts";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
let logs: string;

const today = new Date().toISOString().slice(0, 10);
const secret = "a very private question";

const record = (n: number, change: object = {}) =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: `${today}T00:00:01Z`,
    accountId: "123456789012",
    identity: { arn: "arn:aws:sts::123456789012:assumed-role/search-api/session" },
    region: "eu-central-1",
    requestId: `request-${n}`,
    operation: "Converse",
    modelId: "anthropic.claude-3-5-sonnet-20241022-v2:0",
    input: { inputBodyJson: { messages: [secret] }, inputTokenCount: 1000 },
    output: { outputBodyJson: { output: secret }, outputTokenCount: 100 },
    ...change,
  });

function write(name: string, content: string | Buffer): void {
  const path = join(logs, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

beforeAll(async () => {
  finops = await openFinops();
  logs = join(finops.folder, "logs");
  const hour = "AWSLogs/123456789012/BedrockModelInvocationLogs/eu-central-1/2026/11/23/10";
  const first = Array.from({ length: 1_200 }, (_, i) => record(i)).join("\n");
  write(`${hour}/20261123T101500Z_a.json.gz`, gzipSync(first));
  write(`${hour}/20261123T102000Z_b.json`, JSON.stringify(JSON.parse(record(2_000)), null, 2));
  write(
    `${hour}/20261123T102500Z_c.json`,
    `${record(3_000, { errorCode: "ThrottlingException", input: {}, output: {} })}\n{"cut`,
  );
  write(`${hour}/data/request-1_input.json.gz`, gzipSync(JSON.stringify({ messages: [secret] })));
  write("AWSLogs/123456789012/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check", "{}");
});
afterAll(() => finops[Symbol.asyncDispose]());

const words = () => ["import", "bedrock-logs", logs, "--set", "feature=bedrock", "--json"];

async function cost(): Promise<string> {
  const { out } = await finops.run(["report", "cost", "--filter", "feature=bedrock", "--json"]);
  return JSON.parse(out).total_cost_usd;
}

test("an interrupted folder goes on where it stopped, and counts once", async () => {
  let healthy = 1;
  const dying: Fetch = (url, request) => {
    if (url.includes("/v1/imports?") && healthy-- <= 0) throw new TypeError("fetch failed");
    return fetch(url, request);
  };
  expect((await finops.run(words(), dying)).exitCode).toBe(3);

  const bodies: unknown[] = [];
  const listening: Fetch = (url, request) => {
    bodies.push(request?.body);
    return fetch(url, request);
  };
  const second = await finops.run(words(), listening);
  expect(second.err).toContain("went on after 1,000 rows");
  expect(second.err).toContain("1 calls used nothing");
  expect(second.err).toContain("20261123T102500Z_c.json");
  // One line was cut off.
  expect(second.exitCode).toBe(1);
  expect(JSON.parse(second.out)).toMatchObject({ rows: 1_202, new: 1_201, known: 0, rejected: 1 });
  expect(JSON.stringify(bodies)).not.toContain(secret);

  // 1,201 calls of 1,000 tokens at 3 USD and 100 at 15 USD a million.
  expect(await cost()).toBe("5.4045");
  const again = await finops.run(words());
  expect(JSON.parse(again.out)).toMatchObject({ new: 0, known: 1_201, conflicting: 0 });
  expect(await cost()).toBe("5.4045");
});

test("the page's command can be copied", async () => {
  const page = readFileSync(new URL("../../docs/senders/bedrock-logs.md", import.meta.url), "utf8");
  const command = /^finops (import bedrock-logs logs .*)$/m.exec(page)?.[1] ?? "";
  const folder = join(finops.folder, "copied");
  mkdirSync(folder);
  writeFileSync(join(folder, "one.json"), record(9_000, { requestMetadata: { feature: "chat" } }));
  const words = command.split(" ").map((word) => (word === "logs" ? folder : word));
  const { exitCode, out } = await finops.run([...words, "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ rows: 1, new: 1 });
  const report = await finops.run(["report", "cost", "--filter", "feature=chat", "--json"]);
  expect(JSON.parse(report.out)).toMatchObject({ total_cost_usd: "0.0045" });
});

test("calls of a profile that are in without its model conflict with it, and are repriced as the page says", async () => {
  const page = readFileSync(new URL("../../docs/senders/bedrock-logs.md", import.meta.url), "utf8");
  const modelId = /^MODEL=(.+)$/m.exec(page)?.[1] ?? "";
  const folder = join(finops.folder, "profiled");
  mkdirSync(folder);
  writeFileSync(join(folder, "one.json"), record(9_500, { modelId, region: "us-east-1" }));
  const imported = async (...more: string[]) =>
    JSON.parse(
      (await finops.run(["import", "bedrock-logs", folder, "--set", "feature=bedrock", ...more, "--json"])).out,
    );
  expect(await imported()).toMatchObject({ new: 1 });
  const named = "abc123xyz=us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  expect(await imported("--profile", named)).toMatchObject({ new: 0, conflicting: 1 });

  for (const price of ["uncached_input_tokens=3", "text_output_tokens=15"]) {
    const [meter = "", usd = ""] = price.split("=");
    expect(page).toContain(price);
    const of = ["--provider", "aws.bedrock", "--model", modelId, "--meter", meter, "--tier", "*"];
    const set = await finops.run(["prices", "set", ...of, "--usd-per-million", usd, "--from", today, "--restate"]);
    expect(set.exitCode, set.err).toBe(0);
  }
  const headers = { authorization: `Bearer ${finops.adminKey}` };
  await fetch(`${finops.url}/v1/pipeline/runs`, { method: "POST", headers });
  const which = ["--source", "bedrock/123456789012/us-east-1", "--filter", "price_status=unpriced", "--reason", "late"];
  const { out, err } = await finops.run(["reprice", "--from", today, "--to", today, ...which, "--yes", "--json"]);
  expect(err).toBe("");
  expect(JSON.parse(out)).toMatchObject({ adjusted: 1, after_usd: "0.0045", still_unpriced: [] });
});

test.each([
  [["s3://bucket/logs"], "aws s3 sync s3://bucket/logs"],
  [["nowhere"], "no such folder"],
  [["test", "--map", "ticket=nofield"], "there is no field nofield"],
  [["src/cli/import"], "no log of Bedrock in it"],
])("%j is told what is wrong", async (more, said) => {
  const { exitCode, err } = await finops.run(["import", "bedrock-logs", ...more]);
  expect(exitCode).toBe(2);
  expect(err).toContain(said);
});
