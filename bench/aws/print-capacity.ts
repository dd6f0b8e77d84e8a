import { spendWaitMs } from "./event-cost.ts";
import { scannedHourly } from "./lake-scan.ts";
import { billedMs, WAIT_MS } from "./lambda-time.ts";
import type { Measured } from "./measure.ts";
import { gb } from "./prices.ts";
import { shards as firstShards, reference } from "./scenarios.ts";
import { memoryMiBOf, type Synthesised, streamReadingOf } from "./synthesised.ts";
import { amount, printTable } from "./tables.ts";

const rates = [10, 1_000, 50_000] as const;
/** Of a partition of a table, and so of the shard that follows it. */
const writesPerPartition = 1_000;
const slots = 8;

function spendLoad({ spend }: Measured, synthesised: Synthesised, rate: number) {
  const shards = Math.max(firstShards, Math.ceil(rate / writesPerPartition));
  const { batchSize, windowSeconds } = streamReadingOf(synthesised, "post-spend");
  const perShard = rate / shards;
  const wanted = Math.min(batchSize, Math.max(1, Math.round(perShard * windowSeconds)));
  const measured = spend.get(reference.cells)?.get(wanted);
  if (measured === undefined) throw new Error(`no batch of ${wanted} was measured`);
  const { records, batches, calls, cpuMs } = measured;
  const ms = billedMs(memoryMiBOf(synthesised, "post-spend"), cpuMs, spendWaitMs(measured));
  const unitsPerSecond = (rate * calls.reduce((sum, { write }) => sum + write, 0)) / batches / records;
  return {
    shards,
    records,
    ms,
    busyPercent: (perShard / records) * (ms / 10),
    mostPerShard: (records * 1_000) / ms,
    unitsPerSecond,
    unitsPerSlot: unitsPerSecond / Math.min(slots, shards),
  };
}

/** What each part has to do at some rates, with batches of 100 and 200 active cells. */
export function printCapacity(synthesised: Synthesised, measured: Measured): void {
  console.log(`\n## What each part does, batches of ${reference.batch}, ${reference.cells} active cells\n`);
  const ingest = measured.ingest.find(({ batch }) => batch === reference.batch);
  const ingestMs = billedMs(memoryMiBOf(synthesised, "serve-ingest"), ingest?.cpuMs ?? 0, WAIT_MS.dynamo);
  const landingRecords = streamReadingOf(synthesised, "land-usage").batchSize;
  const loads = rates.map((rate) => ({ rate, ...spendLoad(measured, synthesised, rate) }));
  const scannedGb = (rate: number) =>
    scannedHourly(measured.columns, rate).reduce((sum, { bytes }) => sum + bytes, 0) / gb;
  const row = (what: string, of: (load: (typeof loads)[number]) => number) => [
    what,
    ...loads.map((load) => amount(of(load))),
  ];
  printTable(
    ["events a second", ...rates.map((rate) => amount(rate))],
    [
      row("requests a second", ({ rate }) => rate / reference.batch),
      row(`ingest at a time, ${ingestMs} ms each`, ({ rate }) => ((rate / reference.batch) * ingestMs) / 1_000),
      row("ledger: write units a second", ({ rate }) => rate),
      row("shards of the stream, at 1,000 writes each", ({ shards }) => shards),
      row("post-spend: records of a batch", ({ records }) => records),
      row("post-spend: ms of a batch", ({ ms }) => ms),
      row("post-spend: share of its time, %", ({ busyPercent }) => busyPercent),
      row("post-spend: most events a second and shard", ({ mostPerShard }) => mostPerShard),
      row("spend: write units a second", ({ unitsPerSecond }) => unitsPerSecond),
      row("spend: write units a second and slot", ({ unitsPerSlot }) => unitsPerSlot),
      row("landed files an hour, at least", ({ rate, shards }) =>
        Math.max(
          (rate * 3_600) / landingRecords,
          (shards * 3_600) / streamReadingOf(synthesised, "land-usage").windowSeconds,
        ),
      ),
      row("Athena: GB scanned by a run", ({ rate }) => scannedGb(rate)),
    ],
  );
}
