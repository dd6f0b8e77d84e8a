import type { UsageEvent } from "#core/usage-event.ts";
import { attributeMapping } from "#formats/otlp/attribution.ts";
import { eventsOf, type OtlpReading } from "#formats/otlp/events.ts";
import type { AttributeValue, OtlpSpan } from "#formats/otlp/span.ts";

export type SpanAttributes = Readonly<Record<string, AttributeValue>>;

type Changes = Partial<Omit<OtlpSpan, "attributes" | "resource" | "scope">> & {
  readonly resource?: SpanAttributes;
  readonly scope?: string;
  readonly version?: string;
};

/** A span of 2026-11-23 with these attributes. */
export function spanOf(
  attributes: SpanAttributes,
  { resource = {}, scope = "app", version = "", ...changes }: Changes = {},
): OtlpSpan {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    name: "chat",
    startMs: Date.parse("2026-11-23T10:15:00Z"),
    endMs: Date.parse("2026-11-23T10:15:02Z"),
    failed: false,
    scope: { name: scope, version },
    ...changes,
    attributes: new Map(Object.entries(attributes)),
    resource: new Map(Object.entries(resource)),
  };
}

const builtIn = attributeMapping({});

export const readSpans = (...spans: OtlpSpan[]): OtlpReading => eventsOf(spans, builtIn);

/** The one call that a span with these attributes is. */
export function callOf(attributes: SpanAttributes, changes: Changes = {}): UsageEvent {
  const { events, rejected } = readSpans(spanOf(attributes, changes));
  const [event] = events;
  if (event === undefined) throw new Error(`no call: ${JSON.stringify(rejected)}`);
  return event;
}

/** How many calls a span with these attributes is: one or none. */
export const countIn = (attributes: SpanAttributes, changes: Changes = {}): number =>
  readSpans(spanOf(attributes, changes)).events.length;
