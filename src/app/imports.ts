import { earliestLiveDate, futureError } from "#core/event-window.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { appendEvents } from "./append-events.ts";
import type { Caller } from "./caller.ts";
import { answered, type IngestDeps, type IngestResult, refusalOf, rejected } from "./ingest.ts";
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

/** What came of an event that was not refused. */
interface Gone {
  readonly priced: PricedEvent;
  readonly outcome: AppendOutcome;
  /** Written to the landing: the pipeline tells whether it was new. */
  readonly landed: boolean;
}

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

const accepted: AppendOutcome = { status: "accepted" };
const couldNotBeTaken: AppendOutcome = { status: "unavailable" };

function outcomeBeside(existing: LedgerEntry, entry: LedgerEntry): AppendOutcome {
  return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
}

/**
 * Lands older events, but for those that the ledger still has: it has acknowledged them, so the lake must get them from
 * there, though the landed row might be merged first.
 */
async function takeOld(
  old: readonly Going[],
  { ledger, landing, sha256 }: ImportDeps,
  { importId, part, now }: { readonly importId: string; readonly part: string; readonly now: Instant },
): Promise<readonly Gone[]> {
  if (old.length === 0) return [];
  try {
    const known = await ledger.read(old.map(({ priced }) => priced.entry.key));
    const rows = landedRows(
      old.filter(({ priced }) => !known.has(priced.entry.key)),
      importId,
      part,
    );
    if (rows.length > 0) await landing.write(fileName(importId, rows, sha256), now, rows);
    return old.map(({ priced }) => {
      const existing = known.get(priced.entry.key);
      if (existing === undefined) return { priced, outcome: accepted, landed: true };
      return { priced, outcome: outcomeBeside(existing, priced.entry), landed: false };
    });
  } catch (error) {
    if (error instanceof Unavailable) {
      return old.map(({ priced }) => ({ priced, outcome: couldNotBeTaken, landed: false }));
    }
    throw error;
  }
}

/**
 * Of what the ledger has told. Of a part that is sent again, an event that the ledger has since the part was first
 * begun, from this sender, is one that the part itself brought: new, the first time that it stands in the part.
 */
function countsOf(gone: readonly Gone[], isRetry: boolean, begunAt: Instant): ImportCounts {
  const counts = { new: 0, known: 0, conflicting: 0 };
  const brought = new Set<string>();
  for (const { priced, outcome } of gone) {
    const { key, keyId } = priced.entry;
    const isOwn =
      outcome.status === "duplicate" &&
      isRetry &&
      outcome.existing.receivedAt >= begunAt &&
      outcome.existing.keyId === keyId &&
      !brought.has(key);
    if (outcome.status === "accepted" || isOwn) {
      brought.add(key);
      counts.new++;
    } else if (outcome.status === "duplicate") counts.known++;
    else counts.conflicting++;
  }
  return counts;
}

interface Door extends Pricing {
  readonly earliestLive: UsageDate;
}

function judge(event: UsageEvent, place: number, caller: Caller, door: Door): Judged {
  const error = futureError(event.time, door.now);
  if (error) return { way: "refused", result: rejected(event.id, [error]) };
  const priced = priceEvent(event, caller, door);
  const refused = refusalOf(priced);
  if (refused) return { way: "refused", result: refused };
  return { way: priced.entry.usageDate >= door.earliestLive ? "ledger" : "landing", priced, place };
}

/**
 * Takes usage events of any age, a part of an import at a time. What is recent goes by the ledger; what is older is
 * written to the landing, where the pipeline tells new from known. A part is counted when all of it has been taken:
 * one with unavailable events is to be sent again, and counts then.
 */
export const makeImport = (deps: ImportDeps) => {
  const { ledger, rater, rules, clock, sha256, imports } = deps;

  const takeLive = async (live: readonly Going[]): Promise<readonly Gone[]> => {
    const outcomes = await appendEvents(
      ledger,
      live.map(({ priced }) => priced.entry),
    );
    return live.map(({ priced }, i) => ({ priced, outcome: outcomes[i] as AppendOutcome, landed: false }));
  };

  return async (
    importId: string,
    part: string,
    events: readonly UsageEvent[],
    rejectedBefore: number,
    caller: Caller,
  ): Promise<readonly IngestResult[]> => {
    const inForce = { rate: await rater(), rules: await rules() };
    const now = clock();
    const door = { ...inForce, sha256, now, earliestLive: earliestLiveDate(now) };
    const judged = events.map((event, place) => judge(event, place, caller, door));
    const going = (way: Going["way"]) => judged.filter((one): one is Going => one.way === way);
    const begunAt = await imports.beginPart(importId, part, now);

    const live = await takeLive(going("ledger"));
    const old = await takeOld(going("landing"), deps, { importId, part, now });
    const gone = [...live, ...old];
    if (!gone.some(({ outcome }) => outcome.status === "unavailable")) {
      const told = gone.filter(({ landed }) => !landed);
      await imports.addPart(importId, part, now, {
        live: countsOf(told, begunAt !== now, begunAt),
        landed: gone.length - told.length,
        rejected: rejectedBefore + judged.length - gone.length,
      });
    }
    const next = { ledger: live.values(), landing: old.values() };
    return judged.map((one) => {
      if (one.way === "refused") return one.result;
      const { priced, outcome } = next[one.way].next().value as Gone;
      return answered(priced, outcome, inForce.rules.compiled);
    });
  };
};

export const makeImportStatus =
  ({ imports }: { readonly imports: ImportStore }) =>
  (id: string): Promise<ImportRecord | undefined> =>
    imports.get(id);
