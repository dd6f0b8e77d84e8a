import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { dynamoImports } from "#aws/dynamo-imports.ts";
import { dynamoKeys } from "#aws/dynamo-keys.ts";
import { dynamoPipelineState } from "#aws/dynamo-pipeline-state.ts";
import { dynamoPrices } from "#aws/dynamo-prices.ts";
import { s3Failures } from "#aws/s3-failures.ts";
import { s3Landing } from "#aws/s3-landing.ts";
import { readSecret } from "#aws/secrets.ts";
import { snsAlertChannel } from "#aws/sns-alert-channel.ts";
import type { Instant } from "#core/time.ts";
import { sampleAlert } from "../channels/sample-alert.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { at, entry } from "../lake/entries.ts";
import { type Answer, type AnsweringServer, answeringServer } from "./answering-server.ts";

type Refuse = (status: number, code: string, message?: string) => Answer;

/** As the services with a JSON protocol tell errors, and those with an XML one. */
const json: Refuse = (status, code, message = "told") => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify({ __type: `com.amazonaws.service#${code}`, message }),
});
const s3Xml: Refuse = (status, code, message = "told") => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
const snsXml: Refuse = (status, code, message = "told") => ({
  status,
  headers: { "content-type": "text/xml" },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

type Call = (server: AnsweringServer) => Promise<unknown>;

const now = 1_000 as Instant;

const dynamo = ({ client }: AnsweringServer) => ({
  client: new DynamoDBClient(client),
  table: "control-1",
});
const s3 = ({ client }: AnsweringServer) => ({
  client: new S3Client({ ...client, forcePathStyle: true }),
  bucket: "bucket-1",
});
const sns = ({ client }: AnsweringServer) => ({
  client: new SNSClient(client),
  topicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
  textOf: () => "t",
  messageOf: () => "{}",
});
const secrets = ({ client }: AnsweringServer) => new SecretsManagerClient(client);

const failureId = "aws/lambda/esm/shard/2026/11/20/1";
const landed = { entry: entry(), shard: "s", sequence: "1", importId: "" };

const dynamoCalls: Readonly<Record<string, Call>> = {
  "a key being found": (server) => dynamoKeys(dynamo(server)).findByHash("hash"),
  "a key being added": (server) => dynamoKeys(dynamo(server)).add(aKey(), anAudit),
  "prices being listed": (server) => dynamoPrices(dynamo(server)).list(),
  "a part being begun": (server) => dynamoImports(dynamo(server)).beginPart("import-1", "part-1", now),
  "a lease being taken": (server) => dynamoPipelineState(dynamo(server)).takeLease("a", now, 1_000),
};
const s3Calls: Readonly<Record<string, Call>> = {
  "rows being landed": (server) => s3Landing(s3(server)).write("one", at("2026-11-20T10:00:00Z"), [landed]),
  "failed batches being listed": (server) => s3Failures(s3(server)).list(undefined, 10),
  "a failed batch being read": (server) => s3Failures(s3(server)).read(failureId),
  "a failed batch being set aside": (server) => s3Failures(s3(server)).done(failureId),
};
const snsCalls: Readonly<Record<string, Call>> = {
  "people being told": (server) => snsAlertChannel(sns(server)).publish(sampleAlert()),
};
const secretCalls: Readonly<Record<string, Call>> = {
  "a secret being read": (server) => readSecret(secrets(server), "secret-1"),
};

interface Service {
  readonly calls: Readonly<Record<string, Call>>;
  readonly part: RegExp;
  readonly refuse: Refuse;
  readonly throttled: readonly [status: number, code: string];
  readonly denied: string;
  readonly absent: string;
  readonly resource: string;
}

const services: readonly Service[] = [
  {
    calls: dynamoCalls,
    part: /^control$/,
    refuse: json,
    throttled: [400, "ProvisionedThroughputExceededException"],
    denied: "AccessDeniedException",
    absent: "ResourceNotFoundException",
    resource: 'table "control-1"',
  },
  {
    calls: s3Calls,
    part: /^(landing|failures)$/,
    refuse: s3Xml,
    throttled: [503, "SlowDown"],
    denied: "AccessDenied",
    absent: "NoSuchBucket",
    resource: 'bucket "bucket-1"',
  },
  {
    calls: snsCalls,
    part: /^alert channel$/,
    refuse: snsXml,
    throttled: [429, "Throttled"],
    denied: "AuthorizationError",
    absent: "NotFound",
    resource: 'topic "arn:aws:sns:eu-central-1:123456789012:alerts"',
  },
  {
    calls: secretCalls,
    part: /^secrets$/,
    refuse: json,
    throttled: [400, "ThrottlingException"],
    denied: "AccessDeniedException",
    absent: "ResourceNotFoundException",
    resource: 'secret "secret-1"',
  },
];

const calls = services.flatMap(({ calls: of, ...service }) =>
  Object.entries(of).map(([name, call]) => ({ name, call, ...service })),
);

async function errorOf(answer: Answer | "nothing" | "hang up", call: Call): Promise<unknown> {
  await using server = await answeringServer(() => answer, answer === "nothing" ? 100 : 10_000);
  return await call(server).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(calls)("$name", ({ call, part, refuse, throttled, denied, absent, resource }) => {
  test.each<[string, Answer | "nothing" | "hang up"]>([
    ["is throttled", refuse(...throttled)],
    ["meets a fault inside the service", refuse(500, "InternalFailure")],
    ["meets a service that is down", { status: 503, body: "<html>" }],
    ["gets no answer in time", "nothing"],
    ["has its connection cut", "hang up"],
  ])("when it %s, is unavailable", async (_, answer) => {
    const error = await errorOf(answer, call);
    expect(error).toBeInstanceOf(Unavailable);
    expect((error as Unavailable).part).toMatch(part);
  });

  test("when nobody listens, is unavailable", async () => {
    const server = await answeringServer(() => "nothing");
    await server[Symbol.asyncDispose]();
    await expect(call(server)).rejects.toBeInstanceOf(Unavailable);
  });

  test("when access is denied, says to what", async () => {
    const error = await errorOf(refuse(403, denied), call);
    expect(error).not.toBeInstanceOf(Unavailable);
    expect(String(error)).toContain(`${resource}: access is denied`);
  });

  test("when what it needs does not exist, names it and asks for the region", async () => {
    const error = await errorOf(refuse(404, absent), call);
    expect(error).not.toBeInstanceOf(Unavailable);
    expect(String(error)).toContain(resource);
    expect(String(error)).toContain("in this region and account");
  });

  test("when the credentials are no good, says so", async () => {
    const error = await errorOf(refuse(403, "ExpiredTokenException"), call);
    expect(error).not.toBeInstanceOf(Unavailable);
    expect(String(error)).toContain(`${resource}: the credentials`);
  });

  test("when it asked for nonsense, is told what the service said", async () => {
    await expect(errorOf(refuse(400, "ValidationException", "one field too many"), call)).resolves.toMatchObject({
      name: "ValidationException",
      message: "one field too many",
    });
  });
});
