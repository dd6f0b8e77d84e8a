import { earliestLiveDate, futureError } from "#core/event-window.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { appendEvents } from "./append-events.ts";
import type { Caller } from "./caller.ts";
import { answered, type IngestDeps, type IngestResult, rejected, taken, unavailable } from "./ingest.ts";
import type { ImportCounts, ImportRecord, ImportStore } from "./ports/imports.ts";
import type { LandedEntry, Landing } from "./ports/landing.ts";
import type { AppendOutcome } from "./ports/ledger.ts";
import { type PricedEvent, type Pricing, priceEvent } from "./price-event.ts";
import { Unavailable } from "./unavailable.ts";

export interface ImportDeps extends IngestDeps {
  readonly landing: Landing;
  readonly imports: ImportStore;
}

type Judged =
  | { readonly way: "refused"; readonly result: IngestResult }
  | { readonly way: "ledger" | "landing"; readonly priced: PricedEvent; readonly place: number };

type Going = Exclude<Judged, { readonly way: "refused" }>;
type Way = Going["way"];

/** The place in the part names a row for ever, so that a part that lands twice, after a retry, is counted once. */
function landedRows(old: readonly Going[], importId: string, part: string): LandedEntry[] {
  return old.map(({ priced, place }) => ({
    entry: priced.entry,
    shard: importId,
    sequence: `${part}.${String(place).padStart(6, "0")}`,
    importId,
  }));
}

/** A file is named after its content: only the same rows replace it, whatever the parts are called. */
function fileName(importId: string, rows: readonly LandedEntry[], sha256: (text: string) => string): string {
  const content = rows.map(({ entry, sequence }) => [sequence, entry.key, entry.contentHash]);
  return `${importId}_${sha256(JSON.stringify(content))}`;
}

async function landOrUnavailable(
  landing: Landing,
  name: string,
  now: Instant,
  rows: readonly LandedEntry[],
): Promise<boolean> {
  if (rows.length === 0) return true;
  try {
    await landing.write(name, now, rows);
    return true;
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

function countsOf(results: readonly IngestResult[]): ImportCounts {
  const counts = { new: 0, known: 0, conflicting: 0 };
  for (const { status } of results) {
    if (status === "duplicate") counts.known++;
    else if (status === "conflict") counts.conflicting++;
    else counts.new++;
  }
  return counts;
}

interface Door extends Pricing {
  readonly earliestLive: UsageDate;
}

function judge(event: UsageEvent, place: number, caller: Caller, door: Door): Judged {
  const error = futureError(event.time, door.now);
  if (error) return { way: "refused", result: rejected(event.id, error) };
  const priced = priceEvent(event, caller, door);
  return { way: priced.entry.usageDate >= door.earliestLive ? "ledger" : "landing", priced, place };
}

/**
 * Takes usage events of any age, a part of an import at a time. What is recent goes by the ledger; what is older is
 * written to the landing, where the pipeline tells new from known. A part is counted when all of it has been taken:
 * one with unavailable events is to be sent again, and counts then.
 */
export const makeImport =
  ({ ledger, rater, clock, sha256, landing, imports }: ImportDeps) =>
  async (
    importId: string,
    part: string,
    events: readonly UsageEvent[],
    rejectedBefore: number,
    caller: Caller,
  ): Promise<readonly IngestResult[]> => {
    const rate = await rater();
    const now = clock();
    const door = { rate, sha256, now, earliestLive: earliestLiveDate(now) };
    const judged = events.map((event, place) => judge(event, place, caller, door));
    const going = (way: Way) => judged.filter((one): one is Going => one.way === way);
    const live = going("ledger");
    const old = going("landing");

    const outcomes = await appendEvents(
      ledger,
      live.map(({ priced }) => priced.entry),
    );
    const rows = landedRows(old, importId, part);
    const isLanded = await landOrUnavailable(landing, fileName(importId, rows, sha256), now, rows);

    const liveResults = live.map(({ priced }, i) => answered(priced, outcomes[i] as AppendOutcome));
    const oldResults = old.map(({ priced }) => (isLanded ? taken(priced) : unavailable(priced.entry.id)));
    if (![...liveResults, ...oldResults].some(({ status }) => status === "unavailable")) {
      const refused = judged.length - live.length - old.length;
      const counts = { live: countsOf(liveResults), landed: old.length, rejected: rejectedBefore + refused };
      await imports.addPart(importId, part, now, counts);
    }
    const next = { ledger: liveResults.values(), landing: oldResults.values() };
    return judged.map((one) => (one.way === "refused" ? one.result : (next[one.way].next().value as IngestResult)));
  };

export const makeImportStatus =
  ({ imports }: { readonly imports: ImportStore }) =>
  (id: string): Promise<ImportRecord | undefined> =>
    imports.get(id);
