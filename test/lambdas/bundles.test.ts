import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BundleContents, contentsOf } from "#lib/bundle-contents.ts";
import { bundleLambda, LAMBDA_BUNDLES } from "#lib/bundle-lambdas.ts";
import { answeringServer } from "../adapters-aws/answering-server.ts";
import { slackBody } from "../channels/delivering.ts";
import { sha256 } from "../fakes/usage.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { gatewayEvent } from "./gateway-event.ts";
import { stubDynamo } from "./stub-dynamo.ts";

const token = "fin_the-senders-key";

/** Invokes a bundle in a process of its own, as Lambda does, and prints what it gives. */
const runtime = `
const { handler } = await import(process.argv[1]);
const context = { awsRequestId: "1", functionName: "f", getRemainingTimeInMillis: () => 30000 };
for (const event of JSON.parse(process.argv[2])) console.log(JSON.stringify(await handler(event, context)));
`;

const folder = tempFolder();
let contents: BundleContents;
beforeAll(async () => {
  contents = contentsOf(await bundleLambda("serve-ingest", folder.path));
});
afterAll(() => folder[Symbol.dispose]());

interface Printed {
  readonly statusCode: number;
  readonly body: string;
}

const invoke = (environment: Readonly<Record<string, string>>, ...events: readonly unknown[]) =>
  invokeBundle("serve-ingest", environment, ...events);

async function invokeBundle(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...events: readonly unknown[]
): Promise<Printed[]> {
  const args = ["--input-type=module", "-e", runtime, folder.file(`${name}/index.mjs`), JSON.stringify(events)];
  const env = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key", ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Printed);
}

const environment = { LEDGER_TABLE: "ledger", CONTROL_TABLE: "control" };

const storedKey = {
  v: { N: "1" },
  key_id: { S: "key_1" },
  key_name: { S: "sender" },
  key_hash: { S: sha256(token) },
  key_role: { S: "ingest" },
  attribution: { S: '{"fixed":{},"defaults":{}}' },
  created_at: { N: "1795435200000" },
};

test("every function of lambdas/ has its bundle, and every bundle its function", () => {
  const folder = fileURLToPath(new URL("../../lambdas", import.meta.url));
  const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  expect(sources.sort()).toEqual(
    Object.keys(LAMBDA_BUNDLES)
      .map((name) => `${name}.ts`)
      .sort(),
  );
});

test("the bundle of ingest, alone in a process, takes an event into DynamoDB and prices it", async () => {
  const inserted: unknown[] = [];
  await using dynamo = await stubDynamo({
    GetItem: ({ Key }) => (JSON.stringify(Key).includes(sha256(token)) ? { Item: storedKey } : {}),
    Query: () => ({ Items: [], Count: 0 }),
    BatchExecuteStatement: ({ Statements }) => {
      inserted.push(...(Statements as unknown[]));
      return { Responses: (Statements as unknown[]).map(() => ({})) };
    },
  });
  const usage = {
    id: "call-1",
    source: "my-service",
    time: new Date().toISOString(),
    provider: "openai",
    model: "gpt-4o",
    meters: { uncached_input_tokens: 1200, text_output_tokens: 120 },
    attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
  };
  const body = JSON.stringify({ events: [usage] });
  const post = (key: string) =>
    gatewayEvent({
      method: "POST",
      path: "/v1/events",
      body,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    });
  const replies = await invoke(
    { ...environment, AWS_ENDPOINT_URL: dynamo.url },
    post(token),
    post("fin_unknown"),
    gatewayEvent({ path: "/v1/health" }),
  );
  expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 401, 404]);
  // 1,200 × $2.50 and 120 × $10.00 per million.
  expect(JSON.parse(replies[0]?.body ?? "").results[0]).toMatchObject({ status: "accepted", cost_usd: "0.0042" });
  expect(inserted).toHaveLength(1);
});

test("it holds DynamoDB's client alone, within 600 KB", () => {
  expect(contents.clients).toEqual(["dynamodb"]);
  expect(contents.bytes).toBeLessThanOrEqual(600_000);
});

test("that of imports loads S3's client when an old event first needs it", async () => {
  const imports = contentsOf(await bundleLambda("serve-import", folder.path));
  expect(imports.clients).toEqual(["dynamodb", "s3"]);
  expect(imports.startBytes).toBeLessThan(imports.bytes - 100_000);
});

test("that of authorize holds DynamoDB's client alone, and answers alone in a process", async () => {
  const authorize = contentsOf(await bundleLambda("serve-authorize", folder.path));
  expect(authorize.clients).toEqual(["dynamodb"]);
  expect(authorize.bytes).toBeLessThanOrEqual(600_000);
  await using dynamo = await stubDynamo({
    GetItem: ({ Key }) => (JSON.stringify(Key).includes(sha256(token)) ? { Item: storedKey } : {}),
    Query: () => ({ Items: [], Count: 0 }),
  });
  const ask = (key: string) =>
    gatewayEvent({
      method: "POST",
      path: "/v1/authorize",
      body: JSON.stringify({ provider: "openai", model: "gpt-4o", expected_input_tokens: 1_000 }),
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    });
  const tables = { CONTROL_TABLE: "control", SPEND_TABLE: "spend", AUTHORIZE_WHEN_UNREACHABLE: "deny" };
  const variables = { ...tables, AWS_ENDPOINT_URL: dynamo.url };
  const replies = await invokeBundle("serve-authorize", variables, ask(token), ask("fin_unknown"));
  expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 401]);
  expect(JSON.parse(replies[0]?.body ?? "")).toMatchObject({ decision: "allow", estimated_cost_usd: "0.0025" });
});

test("that of deliver-alert holds the client of Secrets Manager alone, and brings an alert to Slack alone in a process", async () => {
  const deliver = contentsOf(await bundleLambda("deliver-alert", folder.path));
  expect(deliver.clients).toEqual(["secrets-manager"]);
  expect(deliver.bytes).toBeLessThanOrEqual(350_000);
  await using slack = await answeringServer(() => ({ status: 200, body: "ok" }));
  const SecretString = `${slack.client.endpoint}/services/T0/B0/x`;
  const headers = { "content-type": "application/x-amz-json-1.1" };
  await using secrets = await answeringServer(() => ({ status: 200, headers, body: JSON.stringify({ SecretString }) }));
  const record = { messageId: "1", body: slackBody("a"), attributes: { SentTimestamp: "1795483800000" } };
  const told = await invokeBundle(
    "deliver-alert",
    { DESTINATION_KIND: "slack", DESTINATION_SECRET: "finops/slack", AWS_ENDPOINT_URL: secrets.client.endpoint },
    { Records: [record] },
  );
  expect(told).toEqual([{ batchItemFailures: [] }]);
  expect(slack.asked.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual(["POST /services/T0/B0/x"]);
  expect(secrets.asked.map(({ body }) => JSON.parse(body.toString()))).toEqual([{ SecretId: "finops/slack" }]);
});

test("a variable that is missing stops it at its start, named", async () => {
  await expect(invoke({ LEDGER_TABLE: "ledger" }, gatewayEvent())).rejects.toThrow(
    "The environment variable CONTROL_TABLE is missing",
  );
});

test("what lies beside it is the whole catalogue", () => {
  const files = (path: string) => readdirSync(path).filter((name) => name.endsWith(".json"));
  const root = fileURLToPath(new URL("../../catalog", import.meta.url));
  expect(files(join(folder.path, "serve-ingest", "catalog"))).toEqual(files(root));
});
