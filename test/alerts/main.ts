// node test/alerts/main.ts: proves on a real server that each threshold that an acknowledged event crosses is told within 10 s, once, and nothing
// else: 200 random crossings; then more of them while the server is killed (kill -9) and started again, again and again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedServer, ownServer, startServer } from "../../scripts/embedded-server.ts";
import { makeChance } from "../simulation/chance.ts";
import { crossThresholds, type Leads } from "./lead-run.ts";

const adminKey = "alert-lead-proof-admin-key-0123456789";
const leadMsMax = 10_000;
const killsMin = 10;
const seed = 20_261_124;
const pollMs = 100;
/** Periods end at midnight: crossings on either side of it are others. */
const midnightMarginMs = 5 * 60_000;
const dayMs = 86_400_000;

/** The servers of a folder, one after the other. */
async function serveFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `alert-lead-${name}-`));
  const start = () => startServer(ownServer(folder, adminKey));
  let server: EmbeddedServer = await start();
  return {
    fetch: (path: string, request: RequestInit) => fetch(server.baseUrl + path, request),
    async restart() {
      await server.kill();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function shown({ leadsMs, events }: Leads): string {
  const sorted = [...leadsMs].sort((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)} ms`;
  return `${sorted.length} crossings by ${events} events: each told once, p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`;
}

async function undisturbed(): Promise<void> {
  await using server = await serveFolder("quiet");
  const run = { fetch: server.fetch, adminKey, chance: makeChance(seed), pauseMsMax: 200, pollMs };
  const leads = await crossThresholds({ ...run, crossings: 200 });
  console.log(`one server: ${shown(leads)}`);
  const late = leads.leadsMs.filter((lead) => !(lead <= leadMsMax)).length;
  if (late > 0) throw new Error(`${late} messages came later than ${leadMsMax} ms`);
}

async function killed(): Promise<void> {
  await using server = await serveFolder("killed");
  const chance = makeChance(seed + 1);
  const pauses = chance.fork();
  let isDone = false;
  let kills = 0;
  const killing = (async () => {
    while (!isDone || kills < killsMin) {
      await sleep(pauses.below(4_000));
      await server.restart();
      kills++;
    }
  })();
  const run = { fetch: server.fetch, adminKey, chance, pauseMsMax: 400, pollMs, crossings: 60 };
  const endKilling = async () => {
    isDone = true;
    await killing;
  };
  try {
    const leads = await crossThresholds({ ...run, whenSent: endKilling });
    console.log(`killed ${kills} times: ${shown(leads)}`);
  } finally {
    await endKilling();
  }
}

const toMidnightMs = dayMs - (Date.now() % dayMs);
if (toMidnightMs < midnightMarginMs) await sleep(toMidnightMs);
await undisturbed();
await killed();
