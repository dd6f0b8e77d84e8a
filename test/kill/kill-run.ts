import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedServer, ownServer, startServer } from "../../scripts/embedded-server.ts";
import { makeChance } from "../simulation/chance.ts";
import { sentEvents } from "./usage.ts";

export interface KillRun {
  readonly events: number;
  readonly kills: number;
  readonly seed: number;
  readonly nowMs: number;
}

const adminKey = "kill-proof-admin-key-0123456789abcdef";
const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
const attemptsMax = 2_000;
const settleAttemptsMax = 60;

async function send(server: EmbeddedServer, events: readonly unknown[], part: string): Promise<boolean> {
  try {
    const url = `${server.baseUrl}/v1/imports?import_id=imp_kill-proof&part=${part}`;
    const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify({ events }) });
    if (reply.status === 503) return false;
    const body = (await reply.json()) as { rejected: number; conflicts: number; unavailable: number };
    if (reply.status >= 400 || body.rejected > 0 || body.conflicts > 0) {
      throw new Error(`the import answered ${reply.status}: ${JSON.stringify(body).slice(0, 400)}`);
    }
    return body.unavailable === 0;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return false; // fetch: the server is gone
    throw error;
  }
}

async function answer<T>(server: EmbeddedServer, path: string, method = "GET"): Promise<T> {
  const reply = await fetch(server.baseUrl + path, { method, headers });
  const text = await reply.text();
  if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Every day and place with its cost, requests and meters, and the total. */
async function report(server: EmbeddedServer, nowMs: number): Promise<string> {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const range = `from=${day(nowMs - 100 * 86_400_000)}&to=${day(nowMs)}`;
  const rows: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: { rows: unknown[]; total_cost_usd: string; next_cursor: string | null } = await answer(
      server,
      `/v1/reports/cost?${range}&group_by=team,feature,model&granularity=daily&limit=5000${after}`,
    );
    rows.push(...page.rows, page.total_cost_usd);
    cursor = page.next_cursor;
  }
  return JSON.stringify(rows);
}

/** The report once the stream has been read and the pipeline finds cells and lake equal: two readings alike. */
async function books(server: EmbeddedServer, nowMs: number): Promise<string> {
  let before = "";
  for (let attempt = 0; attempt < settleAttemptsMax; attempt++) {
    const run = await answer<{ status: string; differences: unknown[] }>(server, "/v1/pipeline/runs", "POST");
    const now = await report(server, nowMs);
    if (run.status !== "failed" && run.differences.length === 0 && now === before) return now;
    before = now;
    await sleep(500);
  }
  throw new Error(`the books do not settle: ${before.slice(0, 400)}`);
}

/** Cuts the events into batches anew: a retry does not know how the lost request was cut. */
function* batches(events: readonly unknown[], size: () => number): Generator<readonly unknown[]> {
  for (let at = 0; at < events.length; ) {
    const next = Math.min(events.length, at + size());
    yield events.slice(at, next);
    at = next;
  }
}

/** Sends all events in order, and again while kills are due; the server dies in the middle and is started again. */
export async function importWithKills(folder: string, run: KillRun): Promise<{ books: string; kills: number }> {
  const chance = makeChance(run.seed);
  const events = sentEvents(run.events, run.nowMs);
  let server = await startServer(ownServer(folder, adminKey));
  let kills = 0;
  const killer = async () => {
    while (kills < run.kills) {
      await sleep(20 + chance.below(400));
      await server.kill();
      kills++;
      server = await startServer(ownServer(folder, adminKey));
    }
  };
  const sender = async () => {
    let attempts = 0;
    do {
      for (const batch of batches(events, () => 1 + chance.below(200))) {
        while (!(await send(server, batch, `p${attempts}`))) {
          if (++attempts > attemptsMax) throw new Error(`not taken after ${attemptsMax} attempts`);
          await sleep(20);
        }
        attempts++;
      }
    } while (kills < run.kills);
  };
  try {
    await Promise.all([sender(), killer()]);
    return { books: await books(server, run.nowMs), kills };
  } finally {
    await server.stop();
  }
}
