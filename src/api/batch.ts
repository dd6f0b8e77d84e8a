import { check, describe } from "#contract/check.ts";
import { cloudEvent, EVENTS_MAX } from "#contract/events.ts";
import type { FieldError } from "#core/field-error.ts";
import { binaryAttributes } from "./binary-cloud-event.ts";
import type { JsonBody } from "./body.ts";
import type { Incoming } from "./incoming.ts";
import { type Outcome, refuse } from "./refusal.ts";

type Events = Outcome<readonly unknown[]>;

/** The events of a body, each still unparsed; the headers tell whether it is the data of a CloudEvent. */
export function readBatch({ mediaType, json }: JsonBody, headers: Incoming["headers"]): Events {
  const attributes = mediaType === "application/json" ? binaryAttributes(headers) : undefined;
  if (attributes !== undefined) return { ok: true, value: [unwrappedBinary(attributes, json)] };
  const events = eventsOf(mediaType, json);
  if (events.ok && events.value.length > EVENTS_MAX) {
    return refuse("too_large", `${events.value.length} events in one request: send at most ${EVENTS_MAX}.`);
  }
  return events;
}

function eventsOf(mediaType: string, json: unknown): Events {
  if (mediaType === "application/cloudevents-batch+json") {
    if (Array.isArray(json)) return { ok: true, value: json.map(unwrapped) };
    return wrongShape("", json, "an array of CloudEvents");
  }
  if (mediaType === "application/cloudevents+json") return { ok: true, value: [unwrapped(json)] };
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return wrongShape("", json, 'one event, or {"events": [ … ]}');
  }
  if (!Object.hasOwn(json, "events")) return { ok: true, value: [json] };
  const { events } = json as { events: unknown };
  return Array.isArray(events) ? { ok: true, value: events } : wrongShape("events", events, "an array of events");
}

function wrongShape(path: string, found: unknown, wanted: string): Events {
  return refuse("bad_request", `The body is not what this path takes: send ${wanted}.`, [
    { path, found: describe(found), wanted },
  ]);
}

/** What makes an envelope unreadable stands in for the event, which is then rejected for it. */
export class UnreadableEnvelope {
  readonly id: unknown;
  readonly errors: readonly FieldError[];
  constructor(id: unknown, errors: readonly FieldError[]) {
    this.id = id;
    this.errors = errors;
  }
}

/** The event inside a CloudEvent: its data, with id, source and time of the envelope. */
function unwrapped(sent: unknown): unknown {
  const envelope = check(cloudEvent, sent);
  if (!envelope.ok) {
    const id = typeof sent === "object" && sent !== null && "id" in sent ? sent.id : undefined;
    return new UnreadableEnvelope(id, envelope.errors);
  }
  const { data, id, source, time } = envelope.data;
  return { ...data, id, source, ...(time !== undefined && { time }) };
}

const batchInBinaryMode: FieldError = {
  path: "events",
  found: "a list of events",
  wanted: "the data of one event: with ce- headers the body is that; send a list without them",
};

/** As `unwrapped`, of attributes that stand in headers: what is wrong with one is told under the header's name. */
function unwrappedBinary(attributes: Readonly<Record<string, string>>, data: unknown): unknown {
  if (typeof data === "object" && data !== null && Object.hasOwn(data, "events")) {
    return new UnreadableEnvelope(attributes.id, [batchInBinaryMode]);
  }
  const event = unwrapped({ ...attributes, data });
  if (!(event instanceof UnreadableEnvelope)) return event;
  const named = event.errors.map((error) => (error.path === "data" ? error : { ...error, path: `ce-${error.path}` }));
  return new UnreadableEnvelope(event.id, named);
}
