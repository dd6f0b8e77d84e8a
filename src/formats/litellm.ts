import type { FieldError } from "#core/field-error.ts";
import { roundedUsd } from "#core/rounded-usd.ts";
import { serviceTierOf } from "#core/tier-names.ts";
import { type Instant, parseInstant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { liteLlmAttribution, liteLlmTags } from "./litellm-attribution.ts";
import { liteLlmPlace } from "./litellm-place.ts";
import { isEmpty, type LiteLlmUsage, readLiteLlmUsage, usageObjectOf } from "./litellm-usage.ts";
import { fieldsOf, plainText } from "./plain-text.ts";

type Fields = ReturnType<typeof fieldsOf>;

/** Why a payload is no usage: the call failed before the provider counted anything, or there was none. */
type NoUsage = "failed_call" | "cache_hit" | "no_model_call";

/** What one payload of LiteLLM's `generic_api` callback (StandardLoggingPayload) says. */
export type LiteLlmReading =
  | { readonly kind: "event"; readonly event: UsageEvent }
  | { readonly kind: "no_usage"; readonly id: string | null; readonly because: NoUsage }
  | { readonly kind: "unreadable"; readonly id: string | null; readonly errors: readonly FieldError[] };

/** LiteLLM lets clients choose the call id, of any length. */
const callIdMax = 120;
const beganMax = 40;
const modelMax = 200;
const providerMax = 64;
const responseIdMax = 500;

/** Reads of what an earlier call has made: they repeat its usage each time. */
const rereading = /(?:^|_)a?(?:retrieve|get|list)_?(?:batch|responses|response)/;
const notOfModels =
  /batch|file|assistant|thread|vector_store|container|sandbox|fine_tuning|retrieve|list|delete|cancel/;

/** States of a batch or a background response whose usage is not final. */
const unfinished: readonly unknown[] = ["validating", "queued", "in_progress", "finalizing", "cancelling"];

const abortedText = "Client disconnected the request";

/** Seconds with microseconds, as Python gives them; some callbacks write RFC 3339. */
function instantOf(value: unknown): Instant | undefined {
  if (typeof value === "string") return parseInstant(value);
  if (typeof value !== "number" || !(value >= 946_684_800 && value < 253_402_300_800)) return undefined;
  return Math.floor(Math.round(value * 1e6) / 1000) as Instant;
}

/** The last characters of an id, of which none is half of one. */
function endOf(value: unknown): string | undefined {
  return plainText(value, Number.MAX_SAFE_INTEGER)
    ?.slice(-callIdMax)
    .replace(/^[\udc00-\udfff]/, "");
}

/** Whether its usage is told, once it is there, by whoever reads it: that of a batch, or of a response in the background. */
function isReadLater(payload: Fields, callType: string): boolean {
  return rereading.test(callType) || fieldsOf(payload.response).background === true;
}

/**
 * A failure and the success of its fallback share LiteLLM's call id, and a client may send the same one for every
 * call: with the microsecond in which the attempt began it is one attempt's, the same in every post that repeats it.
 * A batch or a response that is read again is the same usage, whenever and however often it is read.
 */
function eventId(payload: Fields, callType: string): string | undefined {
  const id = endOf(payload.id);
  if (isReadLater(payload, callType)) return id && `read:${id}`;
  const callId = endOf(payload.litellm_call_id) ?? id;
  const { startTime } = payload;
  const began = typeof startTime === "number" ? Math.round(startTime * 1e6) : plainText(startTime, beganMax);
  return callId && `${callId}:${began ?? ""}`;
}

function timeOf(payload: Fields, callType: string): Instant | undefined {
  const { completed_at, created_at } = fieldsOf(payload.response);
  const made = isReadLater(payload, callType) ? (instantOf(completed_at) ?? instantOf(created_at)) : undefined;
  return made ?? instantOf(payload.startTime);
}

/** Where an operator says which model a deployment is, that is its price; the alias that clients use never is. */
function modelOf(payload: Fields): string | undefined {
  const { model_map_key, model_map_value } = fieldsOf(payload.model_map_information);
  const mapped = model_map_value === null ? undefined : plainText(model_map_key, modelMax);
  return (
    mapped ??
    plainText(payload.model, modelMax) ??
    plainText(fieldsOf(payload.hidden_params).litellm_model_name, modelMax)
  );
}

/** "us-east-1/amazon.nova-pro-v1:0": LiteLLM's way to say where Bedrock is to run a model. */
const placedModel = /^([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/s;

/** The provider says which tier it served; LiteLLM, which one it priced. */
function tierOf(payload: Fields, usage: LiteLlmUsage, callType: string) {
  if (callType.includes("batch")) return "batch";
  const response = fieldsOf(payload.response);
  for (const name of [
    response.service_tier,
    usageObjectOf(payload).service_tier,
    fieldsOf(payload.cost_breakdown).service_tier,
  ]) {
    const tier = typeof name === "string" ? serviceTierOf(name) : undefined;
    if (tier !== undefined) return tier;
  }
  return usage.serviceTier ?? "standard";
}

/** A client that went away leaves tokens that LiteLLM counted itself. */
function wasAborted(payload: Fields): boolean {
  const { error_class, error_code } = fieldsOf(payload.error_information);
  return payload.error_str === abortedText || error_class === "ClientDisconnected" || error_code === "499";
}

/** A response that was waited for was booked when it was made, and of what is not finished the first count would stand. */
function tellsNoUsage(payload: Fields, callType: string): boolean {
  if (!rereading.test(callType)) return false;
  const { background, status } = fieldsOf(payload.response);
  return unfinished.includes(status) || (background !== true && !callType.includes("batch"));
}

function noUsageOf(payload: Fields, callType: string, isNothing: boolean): NoUsage | undefined {
  if (payload.cache_hit === true) return "cache_hit";
  if (isNothing && payload.status === "failure") return "failed_call";
  if (tellsNoUsage(payload, callType)) return "no_model_call";
  return isNothing && (notOfModels.test(callType) || isReadLater(payload, callType)) ? "no_model_call" : undefined;
}

/** Only what is no list and no object is told: such may nest too deeply to be written out. */
function missing(path: string, value: unknown, wanted: string): FieldError {
  const found = typeof value === "object" && value !== null ? "an object or a list" : JSON.stringify(value);
  return { path: `payload.${path}`, found: found?.slice(0, 100) ?? "nothing", wanted };
}

function requestsOf(payload: Fields): number {
  const { batch_successful_requests: requests } = fieldsOf(payload.hidden_params);
  return Number.isSafeInteger(requests) && (requests as number) > 1 ? (requests as number) : 1;
}

interface Identity {
  readonly source: string;
  readonly id: string;
  readonly time: Instant;
  readonly model: string;
}

/** Also where nothing was counted of a call, such as speech: what it has used nobody knows. */
function isEstimated(payload: Fields, { isDoubtful, quantities }: LiteLlmUsage): boolean {
  return isDoubtful || isEmpty(quantities) || wasAborted(payload) || payload.status === "failure";
}

function eventOf(payload: Fields, identity: Identity, usage: LiteLlmUsage, callType: string): UsageEvent {
  const { inference_geo, speed } = usageObjectOf(payload);
  const [, inName, bareModel = identity.model] = placedModel.exec(identity.model) ?? [];
  const place = plainText(inference_geo, 64) ?? usage.servingLocation ?? inName ?? liteLlmPlace(payload);
  const responseId = plainText(payload.id, responseIdMax);
  const senderCost = typeof payload.response_cost === "number" ? roundedUsd(payload.response_cost) : undefined;
  return {
    ...identity,
    model: bareModel,
    provider: plainText(payload.custom_llm_provider, providerMax) ?? "unknown",
    serviceTier: tierOf(payload, usage, callType),
    speed: speed === "fast" ? "fast" : (usage.speed ?? "standard"),
    ...(place !== undefined && place !== "not_available" && { servingLocation: place }),
    requests: requestsOf(payload),
    quantities: usage.quantities,
    claimed: liteLlmAttribution(fieldsOf(payload.metadata)),
    tags: liteLlmTags(payload),
    ...(responseId !== undefined && responseId !== payload.litellm_call_id && { responseId }),
    quantitiesEstimated: isEstimated(payload, usage),
    ...(senderCost !== undefined && senderCost >= 0n && { senderCost }),
  };
}

/** `source` names the proxy. Prompts, answers and LiteLLM's prices are not read. */
export function readLiteLlm(sent: unknown, source: string): LiteLlmReading {
  const payload = fieldsOf(sent);
  const callType = typeof payload.call_type === "string" ? payload.call_type : "";
  const id = eventId(payload, callType) ?? null;
  const usage = readLiteLlmUsage(payload);
  const because = noUsageOf(payload, callType, !usage.ok || isEmpty(usage.quantities));
  if (because !== undefined) return { kind: "no_usage", id, because };
  const time = timeOf(payload, callType);
  const model = modelOf(payload);
  const errors = [
    ...(id === null ? [missing("litellm_call_id", payload.litellm_call_id, "the id of the call")] : []),
    ...(time === undefined ? [missing("startTime", payload.startTime, "seconds since 1970, from 2000 on")] : []),
    ...(model === undefined ? [missing("model", payload.model, `a name of at most ${modelMax} characters`)] : []),
    ...(usage.ok ? [] : usage.errors),
  ];
  if (id === null || time === undefined || model === undefined || !usage.ok) return { kind: "unreadable", id, errors };
  return { kind: "event", event: eventOf(payload, { source, id, time, model }, usage, callType) };
}
