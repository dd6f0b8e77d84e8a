import { gzipSync } from "node:zlib";
import type { SentEvent } from "#contract/events.ts";
import { badInput } from "./bad-input.ts";
import { oldEvents, storyEvents } from "./story-events.ts";
import { type TraceCall, traceCalls } from "./trace-calls.ts";

export type KeyName = "admin" | "sender" | "developer" | "reader" | "finops" | "nobody";

/** A request and how it has to be answered. */
export interface Step {
  readonly name: string;
  readonly as: KeyName;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wanted: { readonly status: number; readonly [field: string]: unknown };
  /** In AWS the API Gateway answers it, in its own words: the status alone is the same. */
  readonly isGateways?: boolean;
}

export interface Story {
  readonly origin: string;
  /** Entries in the ledger after `sending` and `inOrder`, and how many more `afterwards` writes. */
  readonly ledgerCount: number;
  readonly afterwardsCount: number;
  /** Calls that are imported, older than the ledger keeps. */
  readonly imported: readonly TraceCall[];
  readonly importedCount: number;
  /** Requests that may overtake each other. */
  readonly sending: readonly Step[];
  /** In this order, after them. */
  readonly inOrder: readonly Step[];
  /** Once the pipeline has merged what was imported. */
  readonly afterwards: readonly Step[];
  readonly nowMs: number;
}

const batchSize = 250;
const oldPartSize = 150;
const importPath = "/v1/imports?import_id=imp_story&part=";

const post = (name: string, as: KeyName, path: string, body: unknown, wanted: Step["wanted"]): Step => ({
  ...{ name, as, method: "POST", path, body, wanted },
});

function batchesOf(events: readonly SentEvent[]): Step[] {
  return Array.from({ length: Math.ceil(events.length / batchSize) }, (_, i) => {
    const batch = events.slice(i * batchSize, (i + 1) * batchSize);
    const step = post(`batch ${i}`, "sender", "/v1/events", { events: batch }, { status: 200, rejected: 0 });
    if (i % 4 !== 1) return step;
    // Of this type API Gateway is known to hand on the bytes as they came.
    const headers = { "content-encoding": "gzip", "content-type": "application/cloudevents-batch+json" };
    return { ...step, headers, body: new Uint8Array(gzipSync(JSON.stringify(batch.map(cloudEvent)))) };
  });
}

function resent(events: readonly SentEvent[]): Step[] {
  const [first, second, third, fourth] = events as [SentEvent, SentEvent, SentEvent, SentEvent];
  const other: SentEvent = { ...third, meters: { uncached_input_tokens: 9 } };
  delete (other as { usage?: unknown }).usage;
  const fresh: SentEvent = { ...fourth, id: "fresh" };
  return [
    post("a batch again", "sender", "/v1/events", { events: events.slice(0, 300) }, { status: 200, duplicates: 300 }),
    post("one again, alone", "sender", "/v1/events", first, { status: 200, duplicates: 1 }),
    post(
      "old, new and conflicting",
      "sender",
      "/v1/events",
      { events: [second, other, fresh] },
      {
        ...{ status: 207, accepted: 1, duplicates: 1, conflicts: 1 },
      },
    ),
    post(
      "the same twice in a batch",
      "sender",
      "/v1/events",
      { events: [fresh, fresh] },
      { status: 200, duplicates: 2 },
    ),
    post(
      "a key with a fixed environment",
      "developer",
      "/v1/events",
      { ...first, id: "from-development" },
      {
        ...{ status: 200, accepted: 1 },
      },
    ),
    {
      ...post("as a CloudEvent", "sender", "/v1/events", cloudEvent({ ...second, id: "cloud" }), {
        status: 200,
        accepted: 1,
      }),
      headers: { "content-type": "application/cloudevents+json" },
    },
  ];
}

function cloudEvent({ id, source, time, ...data }: SentEvent): unknown {
  return { specversion: "1.0", type: "ai.usage", id, source, time, data };
}

function imported(old: readonly SentEvent[], live: readonly SentEvent[]): Step[] {
  const parts = [0, 1].map((part) => old.slice(part * oldPartSize, (part + 1) * oldPartSize));
  const send = (part: number, name: string, wanted: Step["wanted"]) =>
    post(name, "sender", `${importPath}part-${part}`, { events: parts[part] }, wanted);
  const mixed = [live[0], { ...live[1], id: "imported-live" }, { ...old[0], time: "1999-01-01T00:00:00Z" }];
  return [
    send(0, "an import", { status: 200, rejected: 0 }),
    send(1, "its second part", { status: 200, rejected: 0 }),
    send(0, "its first part again", { status: 200 }),
    post(
      "an import of old, new and wrong",
      "sender",
      `${importPath}mixed`,
      { events: mixed },
      {
        ...{ status: 207, accepted: 1, duplicates: 1, rejected: 1 },
      },
    ),
  ];
}

const adjust = (name: string, id: string, change: object, wanted: Step["wanted"]): Step =>
  post(
    name,
    "finops",
    "/v1/adjustments",
    { request_id: name, source: "azure-trace", id, reason: "the story", ...change },
    wanted,
  );

function adjusted(events: readonly SentEvent[]): Step[] {
  const [first, second, third] = events.map(({ id }) => id) as [string, string, string];
  const elsewhere = { correct: { attribution: { team: "platform", environment: "staging" } } };
  return [
    adjust("void one", first, { void: true }, { status: 200 }),
    adjust("void one", first, { void: true }, { status: 200 }),
    adjust("book one elsewhere", second, elsewhere, { status: 200 }),
    adjust("correct its meters", third, { correct: { meters: { uncached_input_tokens: 1_000 } } }, { status: 200 }),
    adjust("adjust nothing", "no-such-event", { void: true }, { status: 404 }),
  ];
}

/** What senders, a finance person and an administrator do on one day; the same to every system. */
export function tellStory(eventCount: number, nowMs: number): Story {
  const { calls, origin } = traceCalls(eventCount + 2 * oldPartSize);
  const events = storyEvents(calls.slice(0, eventCount), nowMs);
  const old = oldEvents(calls.slice(eventCount));
  const yesterday = new Date(nowMs - 86_400_000).toISOString().slice(0, 10);
  return {
    origin,
    nowMs,
    // "fresh", "from-development", "cloud" and "imported-live"; the adjustments write 1, 2 and 2 entries.
    ledgerCount: eventCount + 4 + 5,
    afterwardsCount: 2,
    imported: calls.slice(eventCount),
    importedCount: 2 * oldPartSize,
    sending: batchesOf(events),
    inOrder: [
      ...resent(events),
      ...badInput(events[0] as SentEvent, yesterday),
      ...imported(old, events),
      ...adjusted(events),
    ],
    afterwards: [
      adjust("correct an imported one", "old-0", { correct: { model: "gpt-4o-mini" } }, { status: 200 }),
      post(
        "an imported one again, by import",
        "sender",
        `${importPath}again`,
        { events: old.slice(0, 5) },
        { status: 200 },
      ),
    ],
  };
}
