import type { IngestResult } from "#app/ingest.ts";
import type { EventResult, EventResults, EventStatus, EventWarning } from "#contract/events.ts";
import { formatUsd } from "#core/money.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { doubtOf } from "./doubtful-usage.ts";
import { type Judged, judgeEvent } from "./judge-event.ts";

type Take = (events: readonly UsageEvent[], rejected: number) => Promise<readonly IngestResult[]>;

type Readable = Judged & { ok: true };

/** Judges each event on its own, has the readable ones taken, and answers for all of them in the order sent. */
export async function resultsOf(sent: readonly unknown[], take: Take): Promise<EventResults> {
  return answersTo(sent.map(judgeEvent), take);
}

/** Has the readable ones taken, and answers for all in their order. */
export async function answersTo(judged: readonly Judged[], take: Take): Promise<EventResults> {
  const readable = judged.filter((one) => one.ok);
  const taken = (
    await take(
      readable.map((one) => one.event),
      judged.length - readable.length,
    )
  ).values();
  return counted(judged.map((one) => (one.ok ? answered(one, taken.next().value) : unreadable(one))));
}

function answered(judged: Readable, result: IngestResult | undefined): EventResult {
  if (result === undefined) throw new Error("fewer results than events");
  const { unknown } = judged.dropped;
  const warnings = warningsOf(judged, result);
  return {
    id: judged.event.id,
    status: result.status,
    cost_usd: result.cost === null ? null : formatUsd(result.cost),
    price_status: result.priceStatus,
    ...(warnings.length > 0 && { warnings }),
    ...(unknown.length > 0 && { unknown_fields: [...unknown] }),
    ...(result.errors.length > 0 && { errors: [...result.errors] }),
  };
}

function warningsOf({ event, dropped }: Readable, result: IngestResult): EventWarning[] {
  const warnings: EventWarning[] = [...result.warnings];
  if (dropped.content) warnings.push("content_dropped");
  if (dropped.unknown.length > 0) warnings.push("unknown_fields");
  const doubt = doubtOf(event);
  if (doubt !== undefined) warnings.push(doubt);
  return warnings;
}

function unreadable({ id, errors }: Judged & { ok: false }): EventResult {
  return { id, status: "rejected", cost_usd: null, price_status: null, errors: [...errors] };
}

const COUNTED = {
  accepted: "accepted",
  duplicate: "duplicates",
  conflict: "conflicts",
  quarantined: "quarantined",
  rejected: "rejected",
  unavailable: "unavailable",
} as const satisfies Record<EventStatus, keyof EventResults>;

function counted(results: EventResult[]): EventResults {
  const counts = { accepted: 0, duplicates: 0, conflicts: 0, quarantined: 0, rejected: 0, unavailable: 0 };
  for (const { status } of results) counts[COUNTED[status]]++;
  return { results, ...counts };
}

/**
 * 200 when every event was taken (a duplicate was, before); 503 when none was and sending again may help; 400 when all
 * were rejected; 207 for the rest.
 */
export function statusOf(results: EventResults): 200 | 207 | 400 | 503 {
  const all = results.results.length;
  const taken = results.accepted + results.duplicates + results.quarantined;
  if (taken === all) return 200;
  if (taken === 0 && results.unavailable > 0) return 503;
  return results.rejected === all ? 400 : 207;
}
