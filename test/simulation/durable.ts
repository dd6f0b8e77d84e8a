import type { ImportStore } from "#app/ports/imports.ts";
import type { Landing } from "#app/ports/landing.ts";
import type { SpendStore } from "#app/ports/spend.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";
import type { ChangeLog } from "#local/change-log.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import type { MemoryLake } from "../lake/memory-lake.ts";
import type { FaultRates } from "./faults.ts";

/** What outlives every process of one seed: its ledger with the stream, its cells, its imports, the clock on its wall. */
export interface Durable {
  /** Names what is this seed's in a lake that several share. */
  readonly tag: string;
  now: Instant;
  rates: FaultRates;
  readonly ledger: ReturnType<typeof openLedger>;
  readonly spend: ReturnType<typeof openSpend>;
  readonly control: ReturnType<typeof openControl>;
  readonly landing: Landing;
  /** The stream, which in trouble keeps no more than it promises: a day. */
  readonly read: ChangeLog["read"];
  close(): void;
}

const whole = 100_000;

export function openDurable(
  lake: MemoryLake,
  tag: string,
  now: Instant,
  shardChangesMax: number,
  troubled: boolean,
): Durable {
  const durable: Durable = {
    tag,
    now,
    rates: { crash: 0, outage: 0 },
    ledger: openLedger({ path: IN_MEMORY, clock: () => durable.now, rotation: { openShards: 2, shardChangesMax } }),
    spend: openSpend(IN_MEMORY),
    control: openControl(IN_MEMORY, () => durable.now),
    landing: { write: (name, landedAt, rows) => lake.landing.write(`${tag}_${name}`, landedAt, rows) },
    async read(shard, after, limit) {
      if (!troubled) return durable.ledger.changes.read(shard, after, limit);
      const all = await durable.ledger.changes.read(shard, after, whole);
      return all.filter(({ entry }) => entry.receivedAt >= durable.now - dayMs).slice(0, limit);
    },
    close() {
      durable.ledger.close();
      durable.spend.close();
      durable.control.close();
    },
  };
  return durable;
}

/**
 * The lake's end of one seed, or of several that share a lake: one pipeline over everybody's landing and cells. Their
 * events, places and imports carry their tags, so nothing of one mixes with another's.
 */
export interface LakeSide {
  readonly lake: MemoryLake;
  readonly seeds: readonly Durable[];
  readonly spend: SpendStore;
  readonly imports: ImportStore;
  readonly closedDays: ReturnType<typeof openSpend>["closedDays"];
  readonly state: ReturnType<typeof openControl>["pipeline"];
  /** As late as the latest of them. */
  readonly clock: () => Instant;
}

/** Only who is alone in the lake is ever in trouble: cells that several have are not repaired. */
function spendOfAll(seeds: readonly Durable[]): SpendStore {
  const [only, ...others] = seeds;
  if (only !== undefined && others.length === 0) return only.spend.spend;
  const ofNobody = async (): Promise<never> => {
    throw new Error("the lake's side of several posts no spend");
  };
  return {
    mark: async () => undefined,
    post: ofNobody,
    read: async (from, to) => (await Promise.all(seeds.map(({ spend }) => spend.spend.read(from, to)))).flat(),
    generations: async (from, to) => {
      const sums = new Map<UsageDate, number>();
      for (const { spend } of seeds) {
        for (const [day, generation] of await spend.spend.generations(from, to)) {
          sums.set(day, (sums.get(day) ?? 0) + generation);
        }
      }
      return sums;
    },
  };
}

function importsOfAll(seeds: readonly Durable[]): ImportStore {
  const ownerOf = (id: string) => {
    const owner = seeds.find(({ tag }) => id.startsWith(`imp_${tag}_`));
    if (owner === undefined) throw new Error(`nobody's import: ${id}`);
    return owner.control.imports;
  };
  return {
    beginPart: (id, ...rest) => ownerOf(id).beginPart(id, ...rest),
    addPart: (id, ...rest) => ownerOf(id).addPart(id, ...rest),
    get: (id) => ownerOf(id).get(id),
    unmerged: async () => (await Promise.all(seeds.map(({ control }) => control.imports.unmerged()))).flat(),
    setMerged: (id, ...rest) => ownerOf(id).setMerged(id, ...rest),
  };
}

export function lakeSide(lake: MemoryLake, seeds: readonly Durable[]): LakeSide {
  const [first] = seeds;
  if (first === undefined) throw new RangeError("a lake's side needs a seed");
  return {
    lake,
    seeds,
    spend: spendOfAll(seeds),
    imports: importsOfAll(seeds),
    closedDays: first.spend.closedDays,
    state: first.control.pipeline,
    clock: () => Math.max(...seeds.map(({ now }) => now)) as Instant,
  };
}
