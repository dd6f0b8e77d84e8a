// npm run smoke:aws [-- --events N]: deploys a system of its own into the account of your AWS credentials, uses it,
// compares it with local mode, and deletes it with its data. The account and region must have been bootstrapped
// (`npx cdk bootstrap`). Takes about 20 minutes and some cents.
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListSecretsCommand } from "@aws-sdk/client-secrets-manager";
import { makeNarrator } from "../emulator/narrator.ts";
import { type Access, type Clients, clientsOf } from "./aws-access.ts";
import { type AwsTarget, openAwsTarget } from "./aws-target.ts";
import { type Cdk, openCdk } from "./deployment.ts";
import { travel } from "./journey.ts";
import { openLocalTarget } from "./local-target.ts";
import { tellStory } from "./story.ts";
import { ask } from "./target.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "1000" } } });
const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
if (region === undefined) throw new Error("AWS_REGION says where to deploy: it is not set");
const access: Access = { region, endpoint: process.env.AWS_ENDPOINT_URL, env: process.env };
const say = makeNarrator();
const config = {
  name: `smoke-${randomBytes(3).toString("hex")}`,
  region,
  keepData: false,
  windowSeconds: { postSpend: 1, landUsage: 2 },
  // A new account has ten executions at a time, and lets nobody reserve them.
  reservedConcurrency: "none" as const,
};

/** Fails at once, and clearly, where nothing could be deployed. */
async function demandAccess({ dynamo }: Clients): Promise<void> {
  try {
    await dynamo.send(new ListTablesCommand({ Limit: 1 }));
  } catch (error) {
    throw new Error(`the AWS credentials of the environment do not work in ${region}: ${error}`, { cause: error });
  }
}

/** Bytes of a type that API Gateway takes for text: whether they arrive whole is AWS's secret. Told, not demanded. */
async function tellOfGzip(aws: AwsTarget, key: string | undefined): Promise<void> {
  const event = { id: "gzip", source: "smoke", time: new Date().toISOString(), provider: "openai", model: "gpt-4o" };
  const body = new Uint8Array(gzipSync(JSON.stringify({ ...event, meters: { text_output_tokens: 1 } })));
  const headers = { "content-encoding": "gzip" };
  const { status } = await ask(aws, key, "/v1/events", { method: "POST", body, headers });
  say(`a gzip body as application/json is answered ${status}`);
}

async function leftBehind({ dynamo, s3, secrets }: Clients): Promise<string[]> {
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand({}));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const named = (kind: string, names: readonly (string | undefined)[]) =>
    names.filter((name) => name?.startsWith(config.name)).map((name) => `${kind} ${name}`);
  return [
    ...named("table", TableNames),
    ...named(
      "bucket",
      Buckets.map(({ Name }) => Name),
    ),
    ...named(
      "secret",
      SecretList.map(({ Name }) => Name),
    ),
  ];
}

async function use(cdk: Cdk): Promise<void> {
  const { outputs } = await cdk.deploy();
  say("cdk deploy --all");
  const aws = await openAwsTarget(access, config.name, outputs);
  await using local = await openLocalTarget();
  const story = tellStory(Number(values.events), Date.now());
  say(`${values.events} events ${story.origin}`);
  const keys = await travel({ aws, local, story, say });
  await tellOfGzip(aws, keys.sender);
  await cdk.run(["diff", "--fail"]);
  say("cdk diff finds no change");
}

const clients = clientsOf(access);
await demandAccess(clients);
using cdk = openCdk(access, config);
say(`deploys ${config.name} into ${region}. Should this be interrupted: delete the stacks ${config.name}-* by hand`);
try {
  await use(cdk);
} finally {
  await cdk.run(["destroy", "--all", "--force"], { minutesMax: 30 });
  const left = await leftBehind(clients);
  say(`cdk destroy; left behind: ${left.join(", ") || "no table, bucket or secret"}`);
  say(
    "DynamoDB keeps a backup of each deleted table for 35 days, at no cost; CDK's own functions keep their log groups",
  );
}
