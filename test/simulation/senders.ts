import type { AdjustmentRequest } from "#app/adjust.ts";
import type { Caller } from "#app/caller.ts";
import type { IngestResult } from "#app/ingest.ts";
import { addDays, dayMs, usageDateOf } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import type { Chance } from "./chance.ts";
import { conflictingWith, makeEvent, quantities } from "./company.ts";
import type { Durable } from "./durable.ts";
import { demand, keyOf, type Model } from "./model.ts";
import type { Play } from "./process.ts";

const caller: Caller = { keyId: "key-1", role: "admin", attribution: { fixed: {}, defaults: {} } };
/** Older than this the live path refuses; the senders keep away from the edge, the API's own tests do not. */
const liveDays = 29;
const ledgerDays = 30;
const eventsPerBatchMax = 8;

export interface Senders {
  /** One request of live events: new ones, unanswered ones, and some that are in already. */
  sendLive(): Promise<void>;
  /** One request of an import: events of any age. */
  sendImport(): Promise<void>;
  /** One request that takes an event back or corrects it, repeated until there is an answer. */
  adjust(): Promise<void>;
  /** Whether an event was ever taken back or corrected. */
  adjusted(): boolean;
  /** Sends what has no answer yet. True when there was something. */
  resend(): Promise<boolean>;
}

interface Adjustable {
  readonly known: ReturnType<Model["sending"]>;
  /** What stands of it. */
  readonly event: UsageEvent;
}

/** @param lateAdjustments the lake is at hand: events can be adjusted that only it still knows */
export function makeSenders(
  durable: Durable,
  model: Model,
  chance: Chance,
  play: Play,
  lateAdjustments: boolean,
): Senders {
  /** Sent and not settled: no answer, or "send it again". */
  let pending: UsageEvent[] = [];
  const settled: UsageEvent[] = [];
  let events = 0;
  let parts = 0;
  let requests = 0;

  const isLive = (event: UsageEvent) => durable.now - event.time < liveDays * dayMs;
  const goesByLedger = (event: UsageEvent) => usageDateOf(event.time) >= addDays(usageDateOf(durable.now), -ledgerDays);

  function drawBatch(daysAgoMax: number, fits: (event: UsageEvent) => boolean): UsageEvent[] {
    const batch: UsageEvent[] = [];
    for (let i = 1 + chance.below(eventsPerBatchMax); i > 0; i--) {
      const known = chance.happens(0.5) ? pending : settled;
      if (chance.happens(0.6) || known.length === 0)
        batch.push(makeEvent(chance, durable.tag, events++, durable.now, daysAgoMax));
      else batch.push(chance.happens(0.2) ? conflictingWith(chance.pick(known)) : chance.pick(known));
    }
    return batch.filter(fits);
  }

  /** Remembers the batch as unanswered, sends it, and settles what the answers settle. */
  async function send(
    batch: readonly UsageEvent[],
    request: () => Promise<readonly IngestResult[] | undefined>,
    settles: (event: UsageEvent, result: IngestResult) => boolean,
  ): Promise<void> {
    if (batch.length === 0) return;
    for (const event of batch) model.sending(event);
    pending = [...new Set([...pending, ...batch])];
    const results = await request();
    if (results === undefined) return;
    demand(results.length === batch.length, `${batch.length} events sent, ${results.length} answers`);
    batch.forEach((event, i) => {
      if (!settles(event, results[i] as IngestResult)) return;
      pending = pending.filter((waiting) => waiting !== event);
      settled.push(event);
    });
  }

  function sendLiveBatch(batch: readonly UsageEvent[]): Promise<void> {
    return send(
      batch,
      () => play(`send ${batch.map(keyOf)}`, (process) => process.ingest(batch, caller)),
      (event, result) => model.answered(event, result),
    );
  }

  function sendImportBatch(batch: readonly UsageEvent[]): Promise<void> {
    const id = `imp_${durable.tag}_${chance.below(3)}`;
    const part = `part-${parts++}`;
    return send(
      batch,
      () => play(`import ${id} ${part} ${batch.map(keyOf)}`, (process) => process.import(id, part, batch, 0, caller)),
      (event, result) => {
        const told = goesByLedger(event) || result.status === "duplicate" || result.status === "conflict";
        return told ? model.answered(event, result) : model.landed(event, result);
      },
    );
  }

  async function resend(): Promise<boolean> {
    const live = chance.shuffled(pending.filter(isLive)).slice(0, 1 + chance.below(2 * eventsPerBatchMax));
    const old = chance.shuffled(pending.filter((event) => !isLive(event)));
    if (live.length > 0) await sendLiveBatch(live);
    if (old.length > 0) await sendImportBatch(old);
    return live.length + old.length > 0;
  }

  function drawChange(event: UsageEvent): { request: AdjustmentRequest["change"]; standing: UsageEvent | null } {
    if (chance.happens(0.3)) return { request: { void: true }, standing: null };
    if (chance.happens(0.5)) {
      const corrected = quantities(chance);
      return { request: { quantities: corrected }, standing: { ...event, quantities: corrected } };
    }
    const claimed = { ...event.claimed, team: "growth" };
    return { request: { attribution: { team: "growth" } }, standing: { ...event, claimed } };
  }

  /** What stands then; nothing when it was voided, or is not found: it is old, and not merged yet. */
  async function adjustOnce(known: Adjustable["known"], event: UsageEvent): Promise<UsageEvent | null> {
    const { request: change, standing } = drawChange(event);
    const { source, id } = event;
    const request = { requestId: `request-${requests++}`, source, id, reason: "simulated", change };
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const result = await play(`adjust ${keyOf(event)} ${JSON.stringify(change)}`, (process) =>
        process.adjust(request, caller),
      );
      if (result === undefined) continue;
      if (result.status !== "accepted" && result.status !== "duplicate") {
        demand(result.status === "not_found" && !goesByLedger(event), `${request.requestId}: ${result.status}`);
        return null;
      }
      known.taken ??= event;
      known.standing = standing;
      return standing;
    }
    demand(false, `${request.requestId} was never answered`);
  }

  async function adjust(): Promise<void> {
    const adjustable = [...model.identities.values()].flatMap((known): Adjustable[] => {
      // What has landed is known to be taken as it was sent when nothing else was sent under its identity.
      const [landed, ...others] = known.acknowledged && known.standing === undefined ? known.sent : [];
      const event = known.standing ?? (others.length === 0 ? landed : undefined);
      return event && (lateAdjustments || goesByLedger(event)) ? [{ known, event }] : [];
    });
    if (adjustable.length === 0) return;
    const old = adjustable.filter(({ event }) => !goesByLedger(event));
    const { known, event } = chance.pick(old.length > 0 && chance.happens(0.5) ? old : adjustable);
    let standing: UsageEvent | null = event;
    for (let left = 1 + chance.below(3); standing && left > 0; left--) standing = await adjustOnce(known, standing);
  }

  return {
    sendLive: () => sendLiveBatch(drawBatch(liveDays, isLive)),
    sendImport: () => sendImportBatch(drawBatch(50, () => true)),
    adjust,
    adjusted: () => requests > 0,
    resend,
  };
}
