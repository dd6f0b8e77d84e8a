import type { Caller } from "#app/caller.ts";
import type { makeIngest } from "#app/ingest.ts";
import type { LiteLlmResult } from "#contract/litellm.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { type LiteLlmReading, readLiteLlm } from "#formats/litellm.ts";
import { type LiteLlmItem, liteLlmItems } from "#formats/litellm-body.ts";
import { answersTo, statusOf } from "./event-results.ts";
import type { Judged } from "./judge-event.ts";
import { problemOf } from "./refusal.ts";

/** LiteLLM posts 512 at once unless told otherwise; a body of empty lines must not make millions of answers. */
const payloadsMax = 5_000;

interface LiteLlmDeps {
  readonly ingest: ReturnType<typeof makeIngest>;
}

const nothingDropped = { content: false, unknown: [] };

function readItem(item: LiteLlmItem, source: string): LiteLlmReading {
  if (item.ok) return readLiteLlm(item.payload, source);
  const error = { path: `line ${item.line}`, found: item.text, wanted: "JSON: a payload of LiteLLM" };
  return { kind: "unreadable", id: null, errors: [error] };
}

function judged(reading: LiteLlmReading): readonly Judged[] {
  switch (reading.kind) {
    case "event":
      return [{ ok: true, event: reading.event, dropped: nothingDropped }];
    case "unreadable":
      return [{ ok: false, id: reading.id, errors: reading.errors }];
    case "no_usage":
      return [];
    default:
      return reading satisfies never;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A payload that cannot be read never costs the others of its post: LiteLLM forgets a post that is refused. A failed
 * call, or one answered from LiteLLM's own cache, has used nothing, and is told as that.
 */
export const makeSendLiteLlm =
  ({ ingest }: LiteLlmDeps): Handlers<Routes, Caller>["sendLiteLlm"] =>
  async ({ query, body }, caller) => {
    const text = textOf(body.bytes);
    if (text === undefined) {
      return { status: 400, body: problemOf({ code: "bad_request", message: "The body is not UTF-8." }) };
    }
    const items = liteLlmItems(text);
    if (items.length > payloadsMax) {
      const message = `${items.length} payloads in one post: send at most ${payloadsMax}.`;
      return { status: 413, body: problemOf({ code: "too_large", message }) };
    }
    const readings = items.map((item) => readItem(item, `litellm/${query.proxy}`));
    const answers = await answersTo(readings.flatMap(judged), (events) => ingest(events, caller));
    const next = answers.results.values();
    const results = readings.map(
      (reading): LiteLlmResult =>
        reading.kind === "no_usage"
          ? { id: reading.id, status: "no_usage", because: reading.because }
          : (next.next().value as LiteLlmResult),
    );
    const no_usage = readings.filter(({ kind }) => kind === "no_usage").length;
    return { status: statusOf(answers), body: { ...answers, results, no_usage } };
  };
