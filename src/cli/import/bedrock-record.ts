import type { DraftEvent } from "./event-fields.ts";
import { fieldSetter } from "./event-fields.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface BedrockOptions {
  /** Name of a request's metadata, or "identity", and the field that it fills. */
  readonly map: readonly (readonly [name: string, field: string])[];
  /** Field and its value where the record says nothing of it. */
  readonly set: readonly (readonly [field: string, value: string])[];
  /** An application inference profile, or whatever else stands for a model, and the model. */
  readonly profile: ReadonlyMap<string, string>;
}

/** What a record of Bedrock's model invocation log is: a call to send, one that used nothing, or no record. */
export type BedrockReading =
  | { readonly kind: "event"; readonly event: DraftEvent }
  | { readonly kind: "no_usage" }
  | { readonly kind: "problem"; readonly problem: string };

const tagMax = 64;
const tagsMax = 10;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The first of them that is a count. */
const countIn = (...values: unknown[]): number | undefined => values.find(isCount);

/** The usage that a body tells, whichever interface wrote it: of a stream, all its pieces laid over one another. */
function bodyUsage(body: unknown): Fields {
  const pieces = (Array.isArray(body) ? body : [body]).map(fieldsOf);
  return Object.assign(
    {},
    ...pieces.flatMap((piece) => [
      fieldsOf(piece["amazon-bedrock-invocationMetrics"]),
      fieldsOf(fieldsOf(piece.message).usage),
      fieldsOf(fieldsOf(piece.metadata).usage),
      fieldsOf(piece.usage),
      llamaAndTitan(piece),
    ]),
  );
}

function llamaAndTitan(piece: Fields): Fields {
  const results = Array.isArray(piece.results) ? piece.results.map(fieldsOf) : [];
  const written = results.reduce((sum, { tokenCount }) => sum + (countIn(tokenCount) ?? 0), 0);
  const counts = {
    inputTokens: countIn(piece.prompt_token_count, piece.inputTextTokenCount),
    outputTokens: countIn(piece.generation_token_count, piece.totalOutputTextTokenCount) ?? (written || undefined),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}

interface Counts {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Of `cacheWrite`; undefined where nobody tells. */
  readonly oneHour: number | undefined;
}

function oneHourOf(usage: Fields): number | undefined {
  const details = Array.isArray(usage.cacheDetails) ? usage.cacheDetails.map(fieldsOf) : undefined;
  if (details === undefined) return countIn(fieldsOf(usage.cache_creation).ephemeral_1h_input_tokens);
  return details.reduce((sum, { ttl, inputTokens }) => sum + (ttl === "1h" ? (countIn(inputTokens) ?? 0) : 0), 0);
}

/** Bedrock's own counts are what it bills; they exclude cached tokens. What they leave out stands in the body. */
function countsOf(record: Fields): Counts {
  const [input, output] = [fieldsOf(record.input), fieldsOf(record.output)];
  const usage = bodyUsage(output.outputBodyJson);
  return {
    input: countIn(input.inputTokenCount, usage.inputTokens, usage.input_tokens, usage.inputTokenCount),
    output: countIn(output.outputTokenCount, usage.outputTokens, usage.output_tokens, usage.outputTokenCount),
    cacheRead:
      countIn(
        input.cacheReadInputTokenCount,
        usage.cacheReadInputTokens,
        usage.cache_read_input_tokens,
        usage.cacheReadInputTokenCount,
      ) ?? 0,
    cacheWrite:
      countIn(
        input.cacheWriteInputTokenCount,
        usage.cacheWriteInputTokens,
        usage.cache_creation_input_tokens,
        usage.cacheWriteInputTokenCount,
      ) ?? 0,
    oneHour: oneHourOf(usage),
  };
}

/** Images and videos are billed by the piece and the second; all else by tokens. */
function usageOf(record: Fields, counts: Counts): DraftEvent {
  const output = fieldsOf(record.output);
  if (output.outputVideoDurationSeconds !== undefined) {
    return { meters: { video_output_seconds: Math.ceil(Number(output.outputVideoDurationSeconds)) } };
  }
  if (output.outputImageHeight !== undefined) {
    const { images, artifacts } = fieldsOf(output.outputBodyJson);
    const made = [images, artifacts].find(Array.isArray)?.length ?? 1;
    return { meters: { images: made } };
  }
  const { input = 0, output: written = 0, cacheRead, cacheWrite, oneHour } = counts;
  const tellsCounts = counts.input !== undefined || counts.output !== undefined || cacheRead > 0;
  const split = Math.min(oneHour ?? 0, cacheWrite);
  return {
    usage: {
      inputTokens: input,
      outputTokens: written,
      cacheReadInputTokens: cacheRead,
      cacheWriteInputTokens: cacheWrite,
      ...(split > 0 && { cacheDetails: [{ ttl: "1h", inputTokens: split }] }),
    },
    usage_format: "bedrock_converse",
    // Writes for an hour cost more: without the body nobody knows which they were. Nor what a call without counts used.
    ...((cacheWrite > 0 ? oneHour === undefined : !tellsCounts) && { quantities_estimated: true }),
  };
}

/** Who called, without the session, which may be a person's name: "role/search-api", "user/alice". */
function identityOf(arn: unknown): string | undefined {
  const resource = /^arn:[^:]*:(?:iam|sts)::\d*:(.+)$/.exec(typeof arn === "string" ? arn : "")?.[1];
  const role = /^assumed-role\/([^/]+)\//.exec(`${resource}/`)?.[1];
  return (role === undefined ? resource : `role/${role}`)?.slice(0, tagMax);
}

const isTagText = (text: unknown): text is string => typeof text === "string" && text !== "" && text.length <= tagMax;

/** At most ten: who called, what `--set` says, then what the request said of itself and `--map` has not taken. */
function tagsOf(identity: string | undefined, set: DraftEvent["tags"], metadata: Fields, mapped: ReadonlySet<string>) {
  const said = Object.entries(metadata).filter(
    ([name, value]) => !mapped.has(name) && isTagText(name) && isTagText(value),
  );
  const tags = new Map<string, unknown>(identity === undefined ? [] : [["identity", identity]]);
  for (const [name, value] of [...Object.entries(set ?? {}), ...said]) if (!tags.has(name)) tags.set(name, value);
  return Object.fromEntries([...tags].slice(0, tagsMax));
}

function tierOf(record: Fields): string | undefined {
  if (/:provisioned-model\//.test(String(record.modelId))) return "provisioned";
  const tier = fieldsOf(fieldsOf(fieldsOf(record.output).outputBodyJson).serviceTier).type ?? record.serviceTier;
  return typeof tier === "string" ? tier : undefined;
}

/** The call of a record. Of what was said to the model and what it answered, nothing but counts is taken. */
export function readBedrockRecord(sent: unknown, { map, set, profile }: BedrockOptions): BedrockReading {
  const record = fieldsOf(sent);
  if (record.schemaType !== "ModelInvocationLog") {
    return { kind: "problem", problem: 'not a record of Bedrock\'s log: wanted "schemaType": "ModelInvocationLog"' };
  }
  const counts = countsOf(record);
  const hasCounts = (counts.input ?? 0) + (counts.output ?? 0) + counts.cacheRead + counts.cacheWrite > 0;
  if (record.operation === "CountTokens" || (record.errorCode !== undefined && !hasCounts)) return { kind: "no_usage" };

  const modelId = typeof record.modelId === "string" ? record.modelId : undefined;
  const model = profile.get(modelId ?? "") ?? profile.get(modelId?.split("/").at(-1) ?? "") ?? modelId;
  const identity = identityOf(fieldsOf(record.identity).arn);
  const { identity: _, ...metadata } = fieldsOf(record.requestMetadata);
  const event: DraftEvent = {};
  for (const [field, value] of set) fieldSetter(field)?.(event, value);
  for (const [name, field] of map) {
    const value = name === "identity" ? identity : metadata[name];
    if (typeof value === "string" && value !== "") fieldSetter(field)?.(event, value);
  }
  const tier = tierOf(record);
  return {
    kind: "event",
    event: {
      ...event,
      id: record.requestId,
      source: `bedrock/${record.accountId}/${record.region}`,
      time: record.timestamp,
      provider: "aws.bedrock",
      model,
      ...(tier !== undefined && { service_tier: tier }),
      serving_location: record.inferenceRegion ?? record.region,
      ...usageOf(record, counts),
      tags: tagsOf(identity, event.tags, metadata, new Set(map.map(([name]) => name))),
    },
  };
}
