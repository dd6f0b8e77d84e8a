// Cold starts: from the start of a Node process until a bundle's handler has answered its first, trivial invocation. As
// ratios to an empty handler, and to one that makes a DynamoDB client and nothing else, in interleaved runs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleLambda, LAMBDA_BUNDLES, type LambdaName } from "#lib/bundle-lambdas.ts";

export interface ColdStart {
  readonly name: string;
  readonly medianMs: number;
  readonly toEmpty: number;
  /** To the DynamoDB client as the SDK comes. */
  readonly toDynamo: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const variables = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "key",
  ADMIN_KEY_SECRET_ARN: "arn",
  ALERT_TOPIC_ARN: "arn",
  API_URL: "https://bench.example.com",
  ATHENA_WORKGROUP: "workgroup",
  CONTROL_TABLE: "control",
  COPIES_KEPT_DAYS: "35",
  DEPLOYMENT: "bench",
  DESTINATION_KIND: "slack",
  DESTINATION_SECRET: "secret",
  EVALUATE_FUNCTION: "function",
  FAILURES_BUCKET: "failures",
  GLUE_DATABASE: "database",
  LAKE_BUCKET: "lake",
  LEDGER_TABLE: "ledger",
  POWERTOOLS_METRICS_NAMESPACE: "AiFinops",
  SPEND_TABLE: "spend",
  AUTHORIZE_WHEN_UNREACHABLE: "allow",
  STATE_MACHINE_ARN: "arn",
};

const references = {
  empty: "export const handler = async () => ({});",
  dynamo: `import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
    const client = new DynamoDBClient({});
    export const handler = async (event) => (event.key ? client.send(new GetItemCommand(event)) : {});`,
} as const;

/** For each kind of function one that touches nothing: an unknown path, the end of a window, a deletion. */
const event = JSON.stringify({
  rawPath: "/v1/none",
  rawQueryString: "",
  headers: {},
  isBase64Encoded: false,
  requestContext: { requestId: "1", domainName: "bench", http: { method: "GET" } },
  shardId: "shard",
  RequestType: "Delete",
});

/** What a function refuses or answers, it is ready. */
const runtime = `
const { handler } = await import(process.argv[1]);
const context = { awsRequestId: "1", functionName: "f", getRemainingTimeInMillis: () => 30000 };
await handler(JSON.parse(process.argv[2]), context).catch(() => undefined);
process.stdout.write("\\nready at " + performance.now());
`;

function startMs(bundle: string): number {
  const args = ["--input-type=module", "-e", runtime, bundle, event];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: variables, timeout: 30_000 });
  const ready = Number(/ready at (\S+)$/.exec(stdout)?.[1]);
  if (!(ready > 0)) throw new Error(`${bundle} did not start: ${stderr}`);
  return ready;
}

function bundleReference(name: keyof typeof references, folder: string) {
  return build({
    stdin: { contents: references[name], resolveDir: root, sourcefile: `${name}.js` },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    mainFields: ["module", "main"],
    outfile: join(folder, name, "index.mjs"),
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Every function of `lambdas/`, with the two references. */
export async function measureColdStart(runs = 15): Promise<readonly ColdStart[]> {
  const folder = mkdtempSync(join(tmpdir(), "cold-start-"));
  try {
    const functions = Object.keys(LAMBDA_BUNDLES) as LambdaName[];
    await Promise.all([
      ...functions.map((name) => bundleLambda(name, folder)),
      bundleReference("empty", folder),
      bundleReference("dynamo", folder),
    ]);
    const times = new Map<string, number[]>(["empty", "dynamo", ...functions].map((name) => [name, []]));
    for (let run = 0; run < runs; run++) {
      for (const [name, measured] of times) measured.push(startMs(join(folder, name, "index.mjs")));
    }
    const [emptyMs, dynamoMs] = [median(times.get("empty") ?? []), median(times.get("dynamo") ?? [])];
    return [...times].map(([name, measured]) => {
      const medianMs = median(measured);
      return { name, medianMs, toEmpty: medianMs / emptyMs, toDynamo: medianMs / dynamoMs };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
