import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeClient } from "#contract/client.ts";
import type { EventResults } from "#contract/events.ts";
import type { Problem } from "#contract/problem.ts";
import type { Client } from "#contract/route.ts";
import { routes } from "#contract/routes.ts";
import { addDays, type Instant, parseUsageDate, type UsageDate, usageDateOf } from "#core/time.ts";
import { demoConfig } from "./demo-config.ts";
import { type DemoEvent, demoEvents } from "./demo-events.ts";

export interface DemoDeps {
  /** The API itself: the demo goes the way of all events. */
  readonly dispatch: (request: Request) => Promise<Response>;
  readonly adminKey: string;
  /** The demo's own data folder. */
  readonly folder: string;
  readonly now: () => Instant;
}

/** What the data folder remembers of the demo between starts. */
interface DemoState {
  readonly v: 1;
  readonly firstDay: UsageDate;
  /** The last day of which something was sent; null before all was sent once. */
  readonly sentThrough: UsageDate | null;
}

const batchSize = 1_000;
/** Younger events go by the live path, which takes 30 days; the rest is import. */
const liveDays = 29;

function readState(path: string): DemoState | undefined {
  try {
    const { v, firstDay, sentThrough } = JSON.parse(readFileSync(path, "utf8"));
    const first = v === 1 ? parseUsageDate(String(firstDay)) : undefined;
    return first && { v, firstDay: first, sentThrough: parseUsageDate(String(sentThrough)) ?? null };
  } catch {
    return undefined;
  }
}

function writeState(path: string, state: DemoState): void {
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

function* batches(events: readonly DemoEvent[]): Iterable<DemoEvent[]> {
  for (let i = 0; i < events.length; i += batchSize) yield events.slice(i, i + batchSize);
}

/** A demo event that is not taken is a bug of the demo. */
function requireTaken(body: EventResults | Problem): void {
  if (!("results" in body)) throw new Error(`the demo could not be loaded: ${body.error.message}`);
  const refused = body.results.find(({ status }) => ["rejected", "conflict", "unavailable"].includes(status));
  if (refused) throw new Error(`the demo could not be loaded: ${JSON.stringify(refused)}`);
}

type DemoClient = Client<typeof routes>;

/** The revision of a config that nobody has changed. */
const undecided = "r0-p0";

/** Before the first event: what is booked is judged by it. Whoever has changed the config since keeps their change. */
async function decide(client: DemoClient, firstDay: UsageDate): Promise<void> {
  const { status, body } = await client.applyConfig({
    body: { document: demoConfig(firstDay), expected_revision: undecided },
  });
  if (status !== 200 && status !== 409) {
    throw new Error(`the demo's config was refused: ${JSON.stringify(body)}`);
  }
}

/**
 * Sends what the demo company has used up to now, and remembers it in the folder: a second call on the same day adds
 * the hours since, one on a later day the days since. Answers how many events it sent; sending them again adds nothing.
 */
export async function loadDemo({ dispatch, adminKey, folder, now }: DemoDeps): Promise<number> {
  const startedAt = now();
  const today = usageDateOf(startedAt);
  const path = join(folder, "demo.json");
  mkdirSync(folder, { recursive: true });
  const state: DemoState = readState(path) ?? { v: 1, firstDay: today, sentThrough: null };
  // Kept before anything is sent: an event depends on the first day, and an interrupted load must go on with the same.
  writeState(path, state);

  const client = makeClient(routes, {
    baseUrl: "http://demo.invalid",
    key: adminKey,
    fetch: (url, request) => dispatch(new Request(url, request)),
  });
  await decide(client, state.firstDay);
  const events = [...demoEvents(state.firstDay, startedAt, state.sentThrough ?? undefined)];
  const liveFrom = addDays(today, -liveDays);
  const live = events.filter((event) => event.time >= liveFrom);
  const past = events.filter((event) => event.time < liveFrom);
  for (const [i, batch] of [...batches(past)].entries()) {
    const query = { import_id: `imp_demo-${startedAt}`, part: `${i + 1}` };
    requireTaken((await client.importEvents({ query, body: { events: batch } })).body);
  }
  for (const batch of batches(live)) requireTaken((await client.sendEvents({ body: { events: batch } })).body);
  writeState(path, { ...state, sentThrough: today });
  return events.length;
}
