import type { Caller } from "#app/caller.ts";
import type { CompanyRules } from "#app/company-rules.ts";
import type { IngestResult, makeIngest } from "#app/ingest.ts";
import { EVENTS_MAX } from "#contract/events.ts";
import type { Handlers, RawBody } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { Config } from "#core/config.ts";
import type { FieldError } from "#core/field-error.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { type AttributeMapping, attributeMapping } from "#formats/otlp/attribution.ts";
import { eventsOf, type OtlpReading } from "#formats/otlp/events.ts";
import { readJsonSpans } from "#formats/otlp/read-json.ts";
import { readProtobufSpans } from "#formats/otlp/read-protobuf.ts";
import type { OtlpSpan } from "#formats/otlp/span.ts";
import { parseJson } from "./body.ts";
import {
  exportReplyBytes,
  OTLP_PROTOBUF,
  otlpEncodingOf,
  type PartialSuccess,
  rpcStatusBytes,
} from "./otlp-encoding.ts";
import { type Outcome, refuse } from "./refusal.ts";

export interface OtlpDeps {
  readonly ingest: ReturnType<typeof makeIngest>;
  readonly rules: () => Promise<Pick<CompanyRules, "config">>;
}

/** A value that is a structure takes four levels of JSON for each of its own. */
const jsonDepthMax = 128;
const reasonsMax = 3;

function spansOf({ mediaType, bytes }: RawBody): Outcome<readonly OtlpSpan[]> {
  if (otlpEncodingOf(mediaType) === OTLP_PROTOBUF) return readable(readProtobufSpans(bytes));
  const json = parseJson(bytes, jsonDepthMax);
  return json.ok ? readable(readJsonSpans(json.value)) : json;
}

function readable(read: ReturnType<typeof readJsonSpans>): Outcome<readonly OtlpSpan[]> {
  if (read.ok) return { ok: true, value: read.spans };
  return refuse("bad_request", `The body is no ExportTraceServiceRequest: ${read.reason}.`);
}

/** Compiled once for each state of the config. */
function makeMapping(rules: OtlpDeps["rules"]): () => Promise<AttributeMapping> {
  let last: { readonly from: Config; readonly mapping: AttributeMapping } | undefined;
  return async () => {
    const { config } = await rules();
    if (last?.from !== config) last = { from: config, mapping: attributeMapping(config.otlp_attributes) };
    return last.mapping;
  };
}

interface Rejected {
  readonly id: string;
  readonly errors: readonly FieldError[];
}

/** What the sender should know of spans that are not rejected. */
function notesOn({ unmeasured, uncounted }: OtlpReading): readonly string[] {
  const notes: string[] = [];
  if (unmeasured > 0) {
    const advice = "Have streams report it (stream_options.include_usage).";
    notes.push(`Calls without usage: ${unmeasured}, booked without tokens. ${advice}`);
  }
  if (uncounted.length > 0) {
    const operations = [...new Set(uncounted)];
    const named = [...operations.slice(0, reasonsMax), ...(operations.length > reasonsMax ? ["…"] : [])].join(", ");
    notes.push(`Spans with usage that were not counted: ${uncounted.length}, their operation is unknown (${named}).`);
  }
  return notes;
}

/** `team is "serach" (wanted: a registered team: did you mean "search"?)` */
function lackOf({ path, found, wanted }: FieldError): string {
  const dimension = path.replace("attribution.", "");
  return found === "nothing" ? `${dimension} is not set` : `${dimension} is ${found} (wanted: ${wanted})`;
}

const calls = (count: number) => `${count} ${count === 1 ? "call" : "calls"}`;

function someOf(reasons: readonly string[]): string {
  const each = [...new Set(reasons)];
  return [...each.slice(0, reasonsMax), ...(each.length > reasonsMax ? ["…"] : [])].join("; ");
}

/** What the sender should know of calls that are booked; results in the order of the events. */
function notesOnBooked(events: readonly UsageEvent[], results: readonly IngestResult[]): readonly string[] {
  const notes: string[] = [];
  const held = results.filter(({ status }) => status === "quarantined");
  if (held.length > 0) {
    const lacks = someOf(held.flatMap(({ errors }) => errors.map(lackOf)));
    notes.push(`${calls(held.length)} in quarantine: ${lacks}.`);
  }
  const unapproved = events.filter((_, i) => results[i]?.warnings.includes("model_unapproved"));
  if (unapproved.length > 0) {
    const models = someOf(unapproved.map(({ provider, model }) => `${provider} ${model}`));
    notes.push(`${calls(unapproved.length)} of a model that is not approved: ${models}.`);
  }
  return notes;
}

function partialSuccess(rejected: readonly Rejected[], notes: readonly string[]): PartialSuccess {
  const reasons = rejected.slice(0, reasonsMax).map(({ id, errors }) => {
    const fields = errors.map(({ path, found, wanted }) => `${path}: found ${found}, wanted ${wanted}`);
    return `${id}: ${fields.join("; ")}.`;
  });
  const more = rejected.length > reasonsMax ? [`And ${rejected.length - reasonsMax} more.`] : [];
  return { rejected: rejected.length, message: [...reasons, ...more, ...notes].join(" ") };
}

async function ingestAll(
  { ingest }: Pick<OtlpDeps, "ingest">,
  events: readonly UsageEvent[],
  caller: Caller,
): Promise<readonly IngestResult[]> {
  const results: IngestResult[] = [];
  for (let from = 0; from < events.length; from += EVENTS_MAX) {
    results.push(...(await ingest(events.slice(from, from + EVENTS_MAX), caller)));
  }
  return results;
}

/**
 * Books the calls of models among the spans. What the ledger could not take now is asked for again, all of it: a span
 * counts once however often it comes.
 */
export function makeOtlpTraces(deps: OtlpDeps): Handlers<Routes, Caller>["otlpTraces"] {
  const mapping = makeMapping(deps.rules);
  return async ({ body }, caller) => {
    const contentType = otlpEncodingOf(body.mediaType);
    const spans = spansOf(body);
    if (!spans.ok) return { status: 400, contentType, bytes: rpcStatusBytes(spans.refusal, contentType) };
    const reading = eventsOf(spans.value, await mapping());
    const results = await ingestAll(deps, reading.events, caller);
    if (results.some(({ status }) => status === "unavailable")) {
      const message = "Not all spans could be taken now: send them again, they count once.";
      return { status: 503, contentType, bytes: rpcStatusBytes({ code: "unavailable", message }, contentType) };
    }
    const refused = results.filter(({ status }) => status === "rejected" || status === "conflict");
    const partial = partialSuccess(
      [...reading.rejected.map(({ id, error }) => ({ id, errors: [error] })), ...refused],
      [...notesOn(reading), ...notesOnBooked(reading.events, results)],
    );
    return { status: 200, contentType, bytes: exportReplyBytes("traces", partial, contentType) };
  };
}

const countedFromSpans = "Metrics are not booked: usage is counted from spans.";

/** Takes metrics, so that an exporter of everything meets no error, and says that they change nothing. */
export const makeOtlpMetrics =
  (): Handlers<Routes, Caller>["otlpMetrics"] =>
  async ({ body }) => {
    const contentType = otlpEncodingOf(body.mediaType);
    const bytes = exportReplyBytes("metrics", { rejected: 0, message: countedFromSpans }, contentType);
    return { status: 200, contentType, bytes };
  };
