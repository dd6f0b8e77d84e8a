import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "../simulation/chance.ts";
import { anyBudgets, anyUsage, crossingOf, makeExpected, type SentUsage } from "./crossings.ts";

export interface LeadRun {
  /** The API of the server as it runs now: after a kill it is another one. A `TypeError` says that it is gone. */
  readonly fetch: (path: string, request: RequestInit) => Promise<Response>;
  readonly adminKey: string;
  readonly chance: Chance;
  readonly crossings: number;
  /** Between two batches, at most. */
  readonly pauseMsMax: number;
  readonly pollMs: number;
  /** Once all usage is sent, before messages are waited for. */
  readonly whenSent?: () => Promise<void>;
}

export interface Leads {
  /** From the reply to the event that crossed a threshold until its message was in the inbox, of each crossing. */
  readonly leadsMs: readonly number[];
  readonly events: number;
}

interface Message {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly period: string | null;
  readonly threshold: string | null;
  readonly event: string;
}

const attemptsMax = 600;
const retryMs = 50;
const waitMsMax = 60_000;
const batchMax = 4;
/** More than are written between two looks. */
const messagesRead = 300;
/** In which nothing that should not be told is told. */
const settleMs = 500;

/** As a sender does it: again until it is answered. */
async function call<T>({ fetch, adminKey }: LeadRun, method: string, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    try {
      const reply = await fetch(path, {
        ...{ method, headers, signal: AbortSignal.timeout(20_000) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      if (reply.ok) return JSON.parse(text) as T;
      if (reply.status !== 503) throw new Error(`${method} ${path} answered ${reply.status}: ${text.slice(0, 500)}`);
    } catch (error) {
      const isGone = error instanceof TypeError || error instanceof SyntaxError;
      if (!isGone) throw error;
    }
    await sleep(retryMs);
  }
  throw new Error(`${method} ${path} was not answered in ${attemptsMax} attempts`);
}

/** All messages ever seen, by id, and when first; ended by `stop`. */
function watchInbox(run: LeadRun) {
  const seen = new Map<string, { readonly message: Message; readonly at: number }>();
  let stopped = false;
  async function look(): Promise<void> {
    const { messages } = await call<{ messages: Message[] }>(run, "GET", `/v1/alerts/messages?limit=${messagesRead}`);
    const at = performance.now();
    for (const message of messages) if (!seen.has(message.id)) seen.set(message.id, { message, at });
  }
  const watching = (async () => {
    while (!stopped) {
      await look();
      await sleep(run.pollMs);
    }
  })();
  return {
    /** Of each crossing that was told, when each of its rows was seen. */
    raised(): Map<string, number[]> {
      const raised = new Map<string, number[]>();
      for (const { message, at } of seen.values()) {
        if (message.kind !== "budget_actual" || message.event !== "raised") continue;
        const name = crossingOf(message.subject, message.period?.slice(0, 10) ?? "", message.threshold ?? "");
        raised.set(name, [...(raised.get(name) ?? []), at]);
      }
      return raised;
    },
    look,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

type EventReplies = { readonly results: readonly { readonly status: string; readonly cost_usd: string | null }[] };

async function sendBatch(run: LeadRun, batch: readonly SentUsage[]): Promise<readonly string[]> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { results } = await call<EventReplies>(run, "POST", "/v1/events", { events: batch });
    if (results.every(({ status }) => status === "accepted" || status === "duplicate")) {
      return results.map(({ cost_usd }) => cost_usd ?? "0");
    }
    const refused = results.find(({ status }) => status !== "unavailable" && status !== "accepted");
    if (refused) throw new Error(`an event was refused: ${JSON.stringify(refused)}`);
    await sleep(retryMs);
  }
  throw new Error("a batch was not taken");
}

/** Every crossing told once, nothing else told: throws otherwise. */
function compare(expected: ReadonlySet<string>, raised: ReadonlyMap<string, readonly number[]>): void {
  const missed = [...expected].filter((one) => !raised.has(one));
  const wrong = [...raised.keys()].filter((one) => !expected.has(one));
  const twice = [...raised].filter(([, rows]) => rows.length > 1).map(([one]) => one);
  if (missed.length + wrong.length + twice.length > 0) {
    throw new Error(`alerts: missed ${missed.join(", ")}; wrong ${wrong.join(", ")}; twice ${twice.join(", ")}`);
  }
}

/** Sends usage until so many thresholds are crossed, and waits for the message of each. */
export async function crossThresholds(run: LeadRun): Promise<Leads> {
  const { chance, crossings } = run;
  const budgets = anyBudgets(chance, Math.ceil(crossings * 0.8));
  await call(run, "POST", "/v1/config/apply", { document: { budgets }, expected_revision: "r0-p0" });
  const expected = makeExpected(budgets, new Date().toISOString().slice(0, 10));
  const crossedAt = new Map<string, number>();
  const inbox = watchInbox(run);
  let events = 0;
  while (expected.crossed.size < crossings) {
    const batch = Array.from({ length: 1 + chance.below(batchMax) }, () =>
      anyUsage(chance, `call-${events++}`, Date.now()),
    );
    const costs = await sendBatch(run, batch);
    const at = performance.now();
    for (const [i, usage] of batch.entries()) {
      for (const one of expected.add(usage, costs[i] as string)) crossedAt.set(one, at);
    }
    if (run.pauseMsMax > 0) await sleep(chance.below(run.pauseMsMax));
  }
  await run.whenSent?.();
  const waitedFrom = performance.now();
  while (inbox.raised().size < expected.crossed.size && performance.now() - waitedFrom < waitMsMax)
    await sleep(run.pollMs);
  await sleep(settleMs);
  await inbox.stop();
  await inbox.look();
  const raised = inbox.raised();
  compare(expected.crossed, raised);
  // A crossing may be told before its reply has come.
  const leadsMs = [...crossedAt].map(([one, at]) => Math.max(0, (raised.get(one)?.[0] ?? Number.NaN) - at));
  return { leadsMs, events };
}
