import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeMeasureBooked } from "#app/evaluate-booked-hours.ts";
import type { BookedHours } from "#app/ports/booked-hours.ts";
import type { BookedHour, SpendReading } from "#core/booked-hours.ts";
import type { Scope } from "#core/config.ts";
import type { PicoUsd } from "#core/money.ts";
import { makeScopeSums } from "#core/scope-costs.ts";
import { scopeKey } from "#core/scope-key.ts";
import type { CellDimensions, SpendCell } from "#core/spend-cell.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";

const day = "2026-11-24" as UsageDate;
const start = Date.UTC(2026, 10, 24) as Instant;

class Killed extends Error {}

/** Kept in memory; a killed call has either been written or not. */
function memoryBookedHours() {
  let reading: SpendReading | undefined;
  const rows = new Map<Instant, BookedHour>();
  const store = {
    kill: "not" as "not" | "before put" | "after put",
    rows,
    last: async () => reading,
    hours: async (from: Instant) =>
      [...rows.values()].filter(({ hour }) => hour >= from).sort((a, b) => a.hour - b.hour),
    async put(next: SpendReading, hours: readonly BookedHour[]): Promise<"stored" | "stale"> {
      const { kill } = store;
      store.kill = "not";
      if (kill === "before put") throw new Killed();
      if ((reading?.version ?? 0) !== next.version - 1) return "stale";
      reading = next;
      for (const one of hours) rows.set(one.hour, one);
      if (kill === "after put") throw new Killed();
      return "stored";
    },
  } satisfies BookedHours & Record<string, unknown>;
  return store;
}

const teams = ["search", "support"] as const;
const classes = ["cogs", "rnd"] as const;
type Team = (typeof teams)[number];

const dimensions = (team: string, costClass: string): CellDimensions => ({
  ...{ team, feature: "chat", environment: "production", region: "eu", customer_tier: "pro", cost_class: costClass },
  ...{
    provider: "openai",
    model: "gpt-4o",
    service_tier: "standard",
    price_status: "priced",
    policy_status: "ungoverned",
  },
});

interface Growth {
  readonly do: "grow";
  readonly team: Team;
  readonly costClass: string;
  readonly by: bigint;
}
type Step =
  | Growth
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "evaluate"; readonly evaluator: number; readonly kill: "not" | "before put" | "after put" }
  | { readonly do: "evaluate at once" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("grow" as const),
    team: fc.constantFrom(...teams),
    costClass: fc.constantFrom(...classes),
    by: fc.bigInt(-(10n ** 13n), 10n ** 20n),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat(100 * 60_000) }),
  fc.record({
    do: fc.constant("evaluate" as const),
    evaluator: fc.nat(1),
    kill: fc.constantFrom("not" as const, "before put" as const, "after put" as const),
  }),
  fc.constant({ do: "evaluate at once" as const }),
);

const named: Scope = { team: ["search"], cost_class: ["cogs"] };
const sums = makeScopeSums([named, { team: ["support"] }]);

/** A world with a clock, cells that grow, and two evaluators that may be killed. */
function openWorld() {
  let now = start;
  const cells = new Map<string, SpendCell>();
  const booked = memoryBookedHours();
  const clock = () => now;
  const spend = { read: async () => [...cells.values()] };
  const evaluators = [0, 1].map(() => makeMeasureBooked({ spend, booked, clock }));
  const evaluate = (place: number) => (evaluators[place] as (typeof evaluators)[0])(sums);
  async function orKilled(work: Promise<unknown>, place: number): Promise<void> {
    await work.catch((error) => {
      if (!(error instanceof Killed)) throw error;
      evaluators[place] = makeMeasureBooked({ spend, booked, clock });
    });
  }
  return {
    booked,
    grow({ team, costClass, by }: Growth) {
      const key = `${team} ${costClass}`;
      const cost = ((cells.get(key)?.sums.cost ?? 0n) + by) as PicoUsd;
      const sumsOfCell = { cost, listCost: cost, requests: 1n, entries: 1n, quantities: {} };
      cells.set(key, { usageDate: day, dimensions: dimensions(team, costClass), sums: sumsOfCell });
    },
    async run(one: Step) {
      if (one.do === "grow") this.grow(one);
      // Within the day: what is booked after a day has left the window is nobody's.
      else if (one.do === "wait") now = Math.min(start + 23.9 * hourMs, now + one.ms) as Instant;
      else if (one.do === "evaluate at once") await Promise.all([evaluate(0), evaluate(1)]);
      else {
        booked.kill = one.kill;
        await orKilled(evaluate(one.evaluator), one.evaluator);
        booked.kill = "not";
      }
    },
    evaluate,
  };
}

const total = (world: ReturnType<typeof openWorld>, scope: Scope) =>
  [...world.booked.rows.values()].reduce((sum, { booked }) => sum + (booked.get(scopeKey(scope)) ?? 0n), 0n);

describe("what hours have booked", () => {
  test("is what the cells have grown by since the first reading, however evaluations are cut, killed and doubled", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 5 }), fc.array(step, { maxLength: 30 }), async (before, steps) => {
        const world = openWorld();
        for (const one of before) if (one.do === "grow") world.grow(one);
        await world.evaluate(0);
        for (const one of steps) await world.run(one);
        await world.evaluate(1);
        const grown = (isIn: (one: Growth) => boolean) =>
          steps.reduce((sum, one) => (one.do === "grow" && isIn(one) ? sum + one.by : sum), 0n);
        expect(total(world, {})).toBe(grown(() => true));
        expect(total(world, { team: ["search"] })).toBe(grown(({ team }) => team === "search"));
        expect(total(world, { cost_class: ["rnd"] })).toBe(grown(({ costClass }) => costClass === "rnd"));
        expect(total(world, named)).toBe(grown(({ team, costClass }) => team === "search" && costClass === "cogs"));
      }),
      { numRuns: 100 },
    );
  });

  test("after a rest of two days with many scopes is written in parts, and killed between them it goes on", async () => {
    const booked = memoryBookedHours();
    let now = start;
    let cells: readonly SpendCell[] = [];
    const open = () => makeMeasureBooked({ spend: { read: async () => cells }, booked, clock: () => now });
    await open()(sums);
    now = (start + 48 * hourMs - 1) as Instant;
    const sumsOfCell = (cost: bigint) => ({
      ...{ cost: cost as PicoUsd, listCost: cost as PicoUsd, requests: 1n, entries: 1n, quantities: {} },
    });
    cells = [day, "2026-11-25" as UsageDate].flatMap((usageDate, i) =>
      Array.from({ length: 1_000 }, (_, team) => ({
        ...{ usageDate, dimensions: dimensions(`team-${team}`, "cogs"), sums: sumsOfCell(i === 0 ? 2_401n : 4_801n) },
      })),
    );
    booked.kill = "after put";
    await expect(open()(sums)).rejects.toThrow(Killed);
    expect(booked.rows.size).toBe(29);
    const { byScope, version } = await open()(sums);
    expect(version).toBe(3);
    const ofTeam = [...(byScope.of(scopeKey({ team: ["team-7"] }))?.hours.values() ?? [])];
    expect(ofTeam).toHaveLength(48);
    expect(ofTeam.reduce((sum, amount) => sum + amount, 0n)).toBe(7_202n);
    const all = [...(byScope.of("{}")?.hours.values() ?? [])];
    expect(all.reduce((sum, amount) => sum + amount, 0n)).toBe(7_202_000n);
  });

  test("goes on where a killed process ended, and counts nothing that it has counted", async () => {
    const world = openWorld();
    await world.evaluate(0);
    world.grow({ do: "grow", team: "search", costClass: "rnd", by: 5n });
    await world.run({ do: "evaluate", evaluator: 0, kill: "after put" });
    const { byScope } = await world.evaluate(0);
    expect(byScope.of("{}")).toEqual({ hours: new Map([[start, 5n]]), late: new Map(), since: start });
    expect(byScope.of(scopeKey({ region: ["eu"] }))).toBeUndefined();
  });
});
