import { describe, expect, test } from "vitest";
import { type BedrockOptions, readBedrockRecord } from "#cli/import/bedrock-record.ts";

const plain: BedrockOptions = { map: [], set: [], profile: new Map() };

/** As Bedrock writes them: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html */
const record = (change: object = {}) => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-11-20T10:15:00Z",
  accountId: "123456789012",
  identity: { arn: "arn:aws:sts::123456789012:assumed-role/search-api/i-0abc" },
  region: "us-east-1",
  requestId: "b7b4f3c2-0000-4000-8000-000000000001",
  operation: "Converse",
  modelId: "anthropic.claude-3-haiku-20240307-v1:0",
  input: { inputContentType: "application/json", inputBodyJson: { messages: [] }, inputTokenCount: 35 },
  output: { outputContentType: "application/json", outputBodyJson: {}, outputTokenCount: 446 },
  ...change,
});

function event(change: object, options: Partial<BedrockOptions> = {}) {
  const reading = readBedrockRecord(record(change), { ...plain, ...options });
  if (reading.kind !== "event") throw new Error(JSON.stringify(reading));
  return reading.event;
}

test("a record is a call, with counts and nothing that was said", () => {
  const said = { inputBodyJson: { messages: [{ content: [{ text: "secret" }] }] }, inputTokenCount: 35 };
  expect(event({ input: said })).toEqual({
    id: "b7b4f3c2-0000-4000-8000-000000000001",
    source: "bedrock/123456789012/us-east-1",
    time: "2026-11-20T10:15:00Z",
    provider: "aws.bedrock",
    model: "anthropic.claude-3-haiku-20240307-v1:0",
    serving_location: "us-east-1",
    usage: { inputTokens: 35, outputTokens: 446, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    usage_format: "bedrock_converse",
    tags: { identity: "role/search-api" },
  });
});

const noCounts = (outputBodyJson: unknown) => ({ input: {}, output: { outputBodyJson } });

test("a call that tells no count at all is marked estimated: what it has used nobody knows", () => {
  expect(event(noCounts({ embedding: [0.1] }))).toMatchObject({ quantities_estimated: true });
  expect(event({})).not.toHaveProperty("quantities_estimated");
});

describe("counts", () => {
  test.each([
    [
      "Converse with a cache: Bedrock's input excludes what was cached",
      {
        input: { inputTokenCount: 12, cacheReadInputTokenCount: 1000, cacheWriteInputTokenCount: 500 },
        output: {
          outputTokenCount: 9,
          outputBodyJson: {
            usage: {
              cacheDetails: [
                { ttl: "1h", inputTokens: 200 },
                { ttl: "5m", inputTokens: 300 },
              ],
            },
          },
        },
      },
      {
        inputTokens: 12,
        outputTokens: 9,
        cacheReadInputTokens: 1000,
        cacheWriteInputTokens: 500,
        cacheDetails: [{ ttl: "1h", inputTokens: 200 }],
      },
    ],
    [
      "Converse without counts of Bedrock's own",
      noCounts({ usage: { inputTokens: 50, outputTokens: 6, totalTokens: 56, cacheReadInputTokens: 30 } }),
      { inputTokens: 50, outputTokens: 6, cacheReadInputTokens: 30, cacheWriteInputTokens: 0 },
    ],
    [
      "a Converse stream",
      noCounts([
        { messageStart: { role: "assistant" } },
        { metadata: { usage: { inputTokens: 30, outputTokens: 70 } } },
      ]),
      { inputTokens: 30, outputTokens: 70, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    ],
    [
      "Anthropic's messages",
      noCounts({
        usage: { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 90, cache_creation_input_tokens: 0 },
      }),
      { inputTokens: 5, outputTokens: 7, cacheReadInputTokens: 90, cacheWriteInputTokens: 0 },
    ],
    [
      "a stream of Anthropic's: the last count of a kind holds",
      noCounts([
        {
          type: "message_start",
          message: {
            usage: {
              input_tokens: 3,
              output_tokens: 1,
              cache_creation_input_tokens: 40,
              cache_creation: { ephemeral_1h_input_tokens: 40 },
            },
          },
        },
        { type: "message_delta", usage: { output_tokens: 13 } },
        { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 3, outputTokenCount: 13 } },
      ]),
      {
        inputTokens: 3,
        outputTokens: 13,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 40,
        cacheDetails: [{ ttl: "1h", inputTokens: 40 }],
      },
    ],
    [
      "Llama",
      noCounts({ generation: "x", prompt_token_count: 15, generation_token_count: 12, stop_reason: "stop" }),
      { inputTokens: 15, outputTokens: 12, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    ],
    [
      "Titan text",
      noCounts({ inputTextTokenCount: 7, results: [{ tokenCount: 11, outputText: "x" }, { tokenCount: 2 }] }),
      { inputTokens: 7, outputTokens: 13, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    ],
    [
      "a Titan stream",
      noCounts([{ outputText: "x", index: 0, totalOutputTextTokenCount: 11, inputTextTokenCount: 7 }]),
      { inputTokens: 7, outputTokens: 11, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    ],
    [
      "embeddings have no output",
      {
        operation: "InvokeModel",
        modelId: "amazon.titan-embed-text-v2:0",
        input: { inputTokenCount: 8 },
        output: { outputBodyJson: { embedding: [0.1] } },
      },
      { inputTokens: 8, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    ],
  ])("%s", (_, change, usage) => {
    expect(event(change)).toMatchObject({ usage, usage_format: "bedrock_converse" });
    expect(event(change).usage).toEqual(usage);
  });

  test("images and videos are counted by the piece and the second", () => {
    const images = { outputImageHeight: 512, outputBodyJson: { images: ["a", "b"] } };
    expect(event({ output: images })).toMatchObject({ meters: { images: 2 } });
    expect(event({ output: { outputVideoDurationSeconds: 5.5 } })).toMatchObject({
      meters: { video_output_seconds: 6 },
    });
  });

  test("cache writes of which nobody knows how long they are kept are estimated", () => {
    const input = { inputTokenCount: 1, cacheWriteInputTokenCount: 5 };
    expect(event({ input, output: { outputTokenCount: 1, outputBodyS3Path: "s3://b/k" } })).toHaveProperty(
      "quantities_estimated",
      true,
    );
    expect(event({})).not.toHaveProperty("quantities_estimated");
  });

  test.each([[{ errorCode: "ThrottlingException", input: {}, output: {} }], [{ operation: "CountTokens" }]])(
    "%j uses nothing",
    (change) => {
      expect(readBedrockRecord(record(change), plain)).toEqual({ kind: "no_usage" });
    },
  );

  test("a stream that broke off has used what it counted", () => {
    expect(event({ errorCode: "ModelStreamErrorException" })).toMatchObject({ usage: { inputTokens: 35 } });
  });

  test.each([null, 7, "text", {}, { schemaType: "Other" }])("%j is no record", (sent) => {
    expect(readBedrockRecord(sent, plain)).toMatchObject({ kind: "problem" });
  });
});

describe("model, tier and place", () => {
  const application = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";

  test.each([
    [application, application],
    ["abc123", application],
  ])("the profile %s stands for the model that the operator names", (name, modelId) => {
    expect(event({ modelId }, { profile: new Map([[name, "us.amazon.nova-pro-v1:0"]]) }).model).toBe(
      "us.amazon.nova-pro-v1:0",
    );
    expect(event({ modelId }).model).toBe(application);
  });

  test("provisioned throughput, a tier of the answer, and where a profile routed the call", () => {
    const modelId = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/xyz";
    expect(event({ modelId }).service_tier).toBe("provisioned");
    expect(event({ output: { outputBodyJson: { serviceTier: { type: "flex" } } } }).service_tier).toBe("flex");
    expect(event({ inferenceRegion: "us-west-2" }).serving_location).toBe("us-west-2");
  });
});

describe("whose call it is", () => {
  const requestMetadata = { feature: "chat", ticket: "T-1", identity: "role/admin", long: "x".repeat(65) };

  test("metadata of the request is a tag unless it is mapped, and never the identity", () => {
    const mapped = event({ requestMetadata }, { map: [["feature", "feature"]], set: [["team", "search"]] });
    expect(mapped).toMatchObject({ attribution: { feature: "chat", team: "search" } });
    expect(mapped.tags).toEqual({ identity: "role/search-api", ticket: "T-1" });
    expect(event({ requestMetadata, identity: {} }).tags).toEqual({ feature: "chat", ticket: "T-1" });
  });

  test("who called may be a field", () => {
    const user = { identity: { arn: "arn:aws:iam::123456789012:user/alice" } };
    expect(event(user, { map: [["identity", "team"]] }).attribution).toEqual({ team: "user/alice" });
  });
});
