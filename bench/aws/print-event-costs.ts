import { type CostLine, totalUsd } from "./cost-line.ts";
import { evaluationLines, evaluationsPerHour, scheduleLine } from "./evaluation-cost.ts";
import { ingestLines, landingLines, spendLines, storageLines } from "./event-cost.ts";
import { machineRuns, runLines, standingLines } from "./fixed-cost.ts";
import { storageOverheadBytes } from "./item-bytes.ts";
import { leastQueryBytes, scannedHourly } from "./lake-scan.ts";
import { type Measured, meanItemBytes } from "./measure.ts";
import { daysPerMonth, hoursPerMonth } from "./prices.ts";
import { eventRates, mixes, otherWindowsSeconds, recordsOf, reference, shards } from "./scenarios.ts";
import { memoryMiBOf, type Synthesised, streamReadingOf } from "./synthesised.ts";
import { printLines, printTable, usd, wanted } from "./tables.ts";

const ledgerAndIngestMostUsd = 0.72;
const allMostUsd = 1;
/** Both that are written while events come in. */
const customMetrics = 2;
const ledgerDays = 35;

/** What a million events cost, by part. */
export class EventCosts {
  private readonly synthesised: Synthesised;
  private readonly measured: Measured;

  constructor(synthesised: Synthesised, measured: Measured) {
    this.synthesised = synthesised;
    this.measured = measured;
  }

  ingest(batch: number): CostLine[] {
    const found = this.measured.ingest.find((each) => each.batch === batch);
    if (found === undefined) throw new Error(`no batch of ${batch} was measured`);
    return ingestLines(found, memoryMiBOf(this.synthesised, "serve-ingest"));
  }

  spend(rate: number, cells: string, windowSeconds?: number): CostLine[] {
    const reading = streamReadingOf(this.synthesised, "post-spend");
    const records = recordsOf(windowSeconds === undefined ? reading : { ...reading, windowSeconds }, rate);
    const found = this.measured.spend.get(cells)?.get(records);
    if (found === undefined) throw new Error(`no batch of ${records} records of ${cells} cells was measured`);
    return spendLines(found, memoryMiBOf(this.synthesised, "post-spend"));
  }

  landing(rate: number): CostLine[] {
    const found = this.measured.landing.get(recordsOf(streamReadingOf(this.synthesised, "land-usage"), rate));
    if (found === undefined) throw new Error(`no landed file at ${rate} events a second was measured`);
    return landingLines(found, memoryMiBOf(this.synthesised, "land-usage"));
  }

  /** Each batch that is posted has alerts judged, and so does the schedule. */
  alerts(rate: number, cells: string): CostLine[] {
    const found = this.measured.evaluation.posted.get(cells);
    if (found === undefined) throw new Error(`no evaluation of ${cells} cells was measured`);
    const hours = 1e6 / (rate * 3_600);
    const ordered = 1e6 / recordsOf(streamReadingOf(this.synthesised, "post-spend"), rate);
    const memoryMiB = memoryMiBOf(this.synthesised, "evaluate-alerts");
    return [scheduleLine(hours), ...evaluationLines(found, memoryMiB, ordered + hours * evaluationsPerHour)];
  }

  /** Hourly runs and the daily upkeep, with what they scan. */
  pipeline(rate: number): CostLine[] {
    const { busy, upkeep } = machineRuns(this.synthesised);
    const runs = 1e6 / (rate * 3_600);
    const scanned = scannedHourly(this.measured.columns, rate);
    const bytes = scanned.reduce((sum, each) => sum + Math.max(0, each.bytes - leastQueryBytes), 0);
    return [
      ...runLines(this.synthesised, [
        { runs, ...busy },
        { runs: runs / 24, ...upkeep },
      ]),
      { what: "pipeline: scanned beyond it", price: "athenaByte", amount: runs * bytes },
    ];
  }

  /** What costs the same whoever sends how much, spread over the events of a month. */
  standing(rate: number): CostLine[] {
    const millions = (rate * 3_600 * hoursPerMonth) / 1e6;
    const lines: CostLine[] = [
      ...standingLines(this.synthesised),
      { what: "custom metrics", price: "customMetric", amount: customMetrics },
    ];
    return lines.map((line) => ({ ...line, amount: line.amount / millions }));
  }

  storage(): CostLine[] {
    const { items, landedBytes, columns } = this.measured;
    return storageLines({
      itemBytes: meanItemBytes(items),
      overheadBytes: storageOverheadBytes,
      landedBytes,
      lakeBytes: [...columns.lake.values()].reduce((sum, bytes) => sum + bytes, 0),
      ledgerMonths: ledgerDays / daysPerMonth,
      landingMonths: this.synthesised.deployment.retentionDays.landing / daysPerMonth,
    });
  }

  partsAfterIngest(rate: number, cells: string): CostLine[][] {
    return [
      this.spend(rate, cells),
      this.alerts(rate, cells),
      this.landing(rate),
      this.pipeline(rate),
      this.standing(rate),
    ];
  }

  afterIngest(rate: number, cells: string): CostLine[] {
    return this.partsAfterIngest(rate, cells).flat();
  }
}

function printRates(costs: EventCosts): void {
  console.log(`\n## Dollars per million events, ${shards} shards, no storage\n`);
  const ingest = [1, 10, 100].map((batch) => totalUsd(costs.ingest(batch)));
  const rows = eventRates.flatMap((rate) =>
    mixes.map(({ name: cells }) => {
      const parts = costs.partsAfterIngest(rate, cells);
      const rest = totalUsd(parts.flat());
      return [
        `${rate}`,
        cells,
        ...parts.map((part) => usd(totalUsd(part), 3)),
        ...ingest.map((each) => usd(each + rest, 3)),
      ];
    }),
  );
  const head = ["events/s", "active cells", "spend cells", "alerts", "landing", "pipeline", "standing"];
  printTable([...head, "all, batch 1", "all, batch 10", "all, batch 100"], rows);
  console.log(
    `\nLedger and ingest in it: batch 1 ${usd(ingest[0] ?? 0, 3)}, 10 ${usd(ingest[1] ?? 0, 3)}, 100 ${usd(ingest[2] ?? 0, 3)}.`,
  );
}

export function printEventCosts(costs: EventCosts): void {
  printRates(costs);
  const { rate, cells, batch } = reference;
  const ingest = costs.ingest(batch);
  const all = [...ingest, ...costs.afterIngest(rate, cells)];
  console.log(`\n## A million events at ${rate} a second, ${cells} active cells, batches of ${batch}\n`);
  printLines(all, 0.001);
  console.log("\nStorage, not in it:\n");
  printLines(costs.storage(), 0);
  console.log(`\nWith storage: ${usd(totalUsd(all) + totalUsd(costs.storage()), 3)}.`);
  const skewed = [...ingest, ...costs.afterIngest(rate, reference.skewedCells)];
  console.log(`With ${reference.skewedCells}: ${usd(totalUsd(skewed), 3)}.`);
  for (const windowSeconds of otherWindowsSeconds) {
    const saved = totalUsd(costs.spend(rate, cells)) - totalUsd(costs.spend(rate, cells, windowSeconds));
    console.log(`A window of ${windowSeconds} s instead of 30 s: all included ${usd(totalUsd(all) - saved, 3)}.`);
  }
  console.log("");
  wanted("ledger and ingest per million", totalUsd(ingest), ledgerAndIngestMostUsd);
  wanted("all included per million", totalUsd(all), allMostUsd);
}
