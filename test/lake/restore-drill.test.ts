import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeLandUsage } from "#app/land-usage.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeRedriveExport } from "#app/redrive-export.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import type { Backfill } from "#app/run-state.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { dayMs, hourMs, type UsageDate } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { sha256Hex } from "#server/secrets.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { entry } from "./entries.ts";
import { openWorld } from "./world.ts";

const day = "2026-11-22" as UsageDate;

/** 1 to 9 tokens of one day, at 2.5 µUSD each. */
const calls = (...tokens: readonly number[]) =>
  tokens.map((n) => ({
    ...entry({ id: `call-${n}`, time: `${day}T08:00:00Z`, input: n, cost: BigInt(n) * 2_500_000n }),
  }));

/** 2.5 µUSD a token. */
const usd = (tokens: number) => formatUsd((BigInt(tokens) * 2_500_000n) as PicoUsd);

/** A deployment whose tables can be put back to an earlier moment. */
async function openDrill() {
  const world = await openWorld();
  const folder = tempFolder();
  let spend = openSpend(folder.file("spend.db"));
  let control = openControl(IN_MEMORY, world.now);
  let ledger = openLedger({ path: folder.file("ledger.db"), clock: world.now });
  /** How far each consumer has come: it is not kept in any table of ours. */
  const reached = new Map<string, string>();

  const drill = {
    world,
    now: world.now,
    send: async (...tokens: readonly number[]) => (await ledger.append(calls(...tokens))).map(({ status }) => status),
    async consume(...consumers: readonly ("post-spend" | "land-usage")[]) {
      const work = {
        "post-spend": makePostSpend({ spend: spend.spend, clock: world.now }),
        "land-usage": makeLandUsage({ landing: world.landing, clock: world.now }),
      };
      for (const consumer of consumers) {
        for (const { id } of await ledger.changes.shards()) {
          const place = `${consumer} ${id}`;
          const changes = await ledger.changes.read(id, reached.get(place), 1_000);
          if (changes.length > 0) await work[consumer](id, changes);
          reached.set(place, changes.at(-1)?.sequence ?? reached.get(place) ?? "0");
        }
      }
    },
    /** As a mapping made anew: from the first change that the stream still has. */
    consumeAgain() {
      reached.clear();
      return drill.consume("post-spend", "land-usage");
    },
    /** Changes older than 24 hours: nobody can read them any more. */
    async trim() {
      for (const { id } of await ledger.changes.shards()) {
        const last = (await ledger.changes.read(id, undefined, 1_000)).at(-1)?.sequence;
        for (const consumer of ["post-spend", "land-usage"]) if (last) reached.set(`${consumer} ${id}`, last);
      }
    },
    run: (backfill?: Backfill) =>
      makeRunPipeline({
        ...world.deps,
        ...{ spend: spend.spend, closedDays: spend.closedDays },
        ...{ state: control.pipeline, imports: control.imports, erasures: control.erasures },
        ...{ ledger, ledgerErasure: ledger.erasure },
      })(backfill && { backfill }),
    /** A run an hour, for so many hours. */
    async hours(count: number) {
      for (let hour = 0; hour < count; hour++) {
        world.wait(hourMs);
        await drill.run();
      }
    },
    redriveExport: () =>
      makeRedriveExport({
        ...{ ledgerExports: ledger.exports, landing: world.landing, clock: world.now },
        ...{ erasures: control.erasures, sha256Hex },
      })({
        exportId: "ledger",
        ...{ after: undefined, receivedFrom: undefined, receivedTo: undefined },
      }),
    snapshotSpend() {
      spend.close();
      copyFileSync(folder.file("spend.db"), folder.file("spend.copy"));
      spend = openSpend(folder.file("spend.db"));
    },
    restoreSpend() {
      spend.close();
      copyFileSync(folder.file("spend.copy"), folder.file("spend-2.db"));
      spend = openSpend(folder.file("spend-2.db"));
    },
    /** The entries of that moment, and a stream of their own that has nothing of them. */
    async restoreLedger(...tokens: readonly number[]) {
      ledger.close();
      ledger = openLedger({ path: folder.file("ledger-2.db"), clock: world.now });
      await ledger.append(calls(...tokens));
      const file = new DatabaseSync(folder.file("ledger-2.db"));
      file.exec("delete from changes; delete from shards");
      file.close();
    },
    loseControl() {
      control.close();
      control = openControl(IN_MEMORY, world.now);
    },
    /** What reports and analysts see of the day, and the entries behind it. */
    async books() {
      const [row] = await world.query(
        `select cast(sum(entries) as varchar), cast(sum(cost) as varchar) from cost_daily where usage_date = date '${day}'`,
      );
      const cells = await spend.spend.read(day, day);
      return {
        cells: formatUsd(cells.reduce((sum, { sums }) => sum + sums.cost, 0n) as PicoUsd),
        lake: String(row?.[1]).replace(/0+$/, ""),
        entries: Number(row?.[0]),
      };
    },
    async [Symbol.asyncDispose]() {
      spend.close();
      control.close();
      ledger.close();
      await world[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
  return drill;
}

const both = ["post-spend", "land-usage"] as const;

/** 6 tokens before the moment to which a table is put back, 9 after it. */
async function livedThrough(drill: Awaited<ReturnType<typeof openDrill>>): Promise<void> {
  await drill.send(1, 2, 3);
  await drill.consume(...both);
  await drill.run();
  drill.snapshotSpend();
  drill.world.wait(hourMs);
  await drill.send(4, 5);
  await drill.consume(...both);
  await drill.run();
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
}

test("spend put back: consumers that start again from the stream's first change make the cells whole at once", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  drill.restoreSpend();
  expect(await drill.books()).toMatchObject({ cells: usd(6) });
  await drill.consumeAgain();
  expect(await drill.books()).toMatchObject({ cells: usd(15) });
  await drill.hours(2);
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
});

test("spend put back and nothing else done: the pipeline repairs the cells when the stream can bring nothing more", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  drill.restoreSpend();
  await drill.hours(3);
  expect(await drill.books()).toMatchObject({ cells: usd(6) });
  await drill.hours(26);
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
  expect(drill.world.notes.map(({ subject }) => subject)).toContain("Live sums were repaired");
  await drill.consumeAgain();
  await drill.hours(2);
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
});

test("a stream trimmed before any consumer had it: the export brings it to the lake, the repair to the cells", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  drill.world.wait(hourMs);
  await drill.send(6, 7);
  drill.world.wait(25 * hourMs);
  await drill.trim();
  await drill.consume(...both);
  await drill.run();
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
  expect(await drill.redriveExport()).toMatchObject({ status: "landed", changes: 7, next: undefined });
  await drill.run();
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(28), entries: 7 });
  await drill.hours(28);
  expect(await drill.books()).toEqual({ cells: usd(28), lake: usd(28), entries: 7 });
});

test("only the landing was late: the export doubles nothing of what the lake has, and the cells stay", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  await drill.send(6);
  await drill.consume("post-spend");
  await drill.trim();
  for (let i = 0; i < 2; i++) {
    await drill.redriveExport();
    drill.world.wait(hourMs);
    await drill.run();
  }
  expect(await drill.books()).toEqual({ cells: usd(21), lake: usd(21), entries: 6 });
});

test("the ledger put back: it has a new stream; what is sent again counts in the lake once, and twice in cells until they are lowered", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  drill.world.wait(hourMs);
  await drill.restoreLedger(1, 2, 3);
  await drill.consume(...both);
  await drill.run();
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
  // Its senders have no answer for 4, and 6 is new; 1 is known.
  expect(await drill.send(1, 4, 6)).toEqual(["duplicate", "accepted", "accepted"]);
  await drill.consume(...both);
  await drill.hours(28);
  expect(await drill.books()).toEqual({ cells: usd(25), lake: usd(21), entries: 6 });
  expect(drill.world.notes.map(({ subject }) => subject)).toContain("Live sums and the lake differ");
  await drill.run({ from: day, to: day, lowerCells: true });
  expect(await drill.books()).toEqual({ cells: usd(21), lake: usd(21), entries: 6 });
});

test("control put back: the next run reads more of the landing than it need, and changes nothing", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  drill.loseControl();
  drill.world.wait(dayMs);
  expect(await drill.run()).toMatchObject({ status: "succeeded", days: [], differences: [] });
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
});

test("the lake's table lost: the export and the landing fill it again, each entry once", async () => {
  await using drill = await openDrill();
  await livedThrough(drill);
  for (const table of ["usage_events", "cost_daily", "customer_daily"]) {
    await drill.world.engine.connection.run(`delete from ${table}`);
  }
  drill.loseControl();
  drill.world.wait(hourMs);
  await drill.redriveExport();
  expect(await drill.run()).toMatchObject({ status: "succeeded", differences: [] });
  expect(await drill.books()).toEqual({ cells: usd(15), lake: usd(15), entries: 5 });
});
