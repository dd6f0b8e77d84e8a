import type { CostLine } from "./cost-line.ts";
import { gbSeconds, WAIT_MS } from "./lambda-time.ts";
import type { ConsumerMeasured } from "./measure-consumers.ts";
import type { IngestMeasured } from "./measure-ingest.ts";
import { gb } from "./prices.ts";
import type { Call } from "./stub-aws.ts";

// All of it for a million events.
const million = 1_000_000;

/** START, END and REPORT, which Lambda writes for each invocation; the gateway's line of the access log. */
const invocationLogBytes = 400;
const accessLogBytes = 330;
/** The counts of a batch, in CloudWatch's embedded format. */
const countsLogBytes = 350;

const gatewayBytes = 512 * 1_024;

const unitsOf = (calls: readonly Call[], kind: "write" | "read") => calls.reduce((sum, call) => sum + call[kind], 0);

/** The ledger, the gateway and the function that takes events. */
export function ingestLines(measured: IngestMeasured, memoryMiB: number): CostLine[] {
  const { batch, cpuMs, calls, invocations, bodyBytes } = measured;
  const requests = million / batch;
  const seconds = gbSeconds(memoryMiB, cpuMs, WAIT_MS.dynamo);
  return [
    { what: "ledger: writes", price: "writeUnit", amount: (unitsOf(calls, "write") / invocations) * requests },
    {
      what: "ledger, keys, prices: reads",
      price: "readUnit",
      amount: (unitsOf(calls, "read") / invocations) * requests,
    },
    { what: "API requests", price: "httpRequest", amount: requests * Math.ceil(bodyBytes / gatewayBytes) },
    { what: "ingest: invocations", price: "lambdaRequest", amount: requests },
    { what: "ingest: time", price: "lambdaGbSecond", amount: requests * seconds },
    { what: "ingest: logs", price: "logsGb", amount: (requests * (invocationLogBytes + accessLogBytes)) / gb },
  ];
}

/** Of a batch: its calls follow one another. */
export function spendWaitMs({ batches, calls }: Pick<ConsumerMeasured, "batches" | "calls">): number {
  const transactions = calls.filter(({ operation }) => operation === "TransactWriteItems").length / batches;
  return transactions * WAIT_MS.transaction + (calls.length / batches - transactions) * WAIT_MS.dynamo;
}

export function spendLines({ records, batches, cpuMs, calls }: ConsumerMeasured, memoryMiB: number): CostLine[] {
  const invocations = million / records;
  const seconds = gbSeconds(memoryMiB, cpuMs, spendWaitMs({ batches, calls }));
  return [
    { what: "spend cells: writes", price: "writeUnit", amount: (unitsOf(calls, "write") / batches) * invocations },
    { what: "spend cells: reads", price: "readUnit", amount: (unitsOf(calls, "read") / batches) * invocations },
    { what: "post-spend: invocations", price: "lambdaRequest", amount: invocations },
    { what: "post-spend: time", price: "lambdaGbSecond", amount: invocations * seconds },
    { what: "post-spend: logs", price: "logsGb", amount: (invocations * (invocationLogBytes + countsLogBytes)) / gb },
  ];
}

export function landingLines({ records, cpuMs }: ConsumerMeasured, memoryMiB: number): CostLine[] {
  const invocations = million / records;
  const seconds = gbSeconds(memoryMiB, cpuMs, WAIT_MS.s3Put);
  return [
    { what: "landing: files", price: "s3Put", amount: invocations },
    { what: "land-usage: invocations", price: "lambdaRequest", amount: invocations },
    { what: "land-usage: time", price: "lambdaGbSecond", amount: invocations * seconds },
    { what: "land-usage: logs", price: "logsGb", amount: (invocations * invocationLogBytes) / gb },
  ];
}

/** What lies for how long: the ledger for 35 days, the landing for 30, the lake for good. */
export function storageLines(sizes: {
  readonly itemBytes: number;
  readonly overheadBytes: number;
  readonly landedBytes: number;
  readonly lakeBytes: number;
  readonly ledgerMonths: number;
  readonly landingMonths: number;
}): CostLine[] {
  const gbOf = (bytes: number) => (million * bytes) / gb;
  const { itemBytes, overheadBytes, landedBytes, lakeBytes, ledgerMonths, landingMonths } = sizes;
  return [
    { what: "ledger", price: "tableStorage", amount: gbOf(itemBytes + overheadBytes) * ledgerMonths },
    { what: "its recovery", price: "recovery", amount: gbOf(itemBytes + overheadBytes) * ledgerMonths },
    { what: "landing", price: "s3Storage", amount: gbOf(landedBytes) * landingMonths },
    { what: "lake, a year", price: "s3Storage", amount: gbOf(lakeBytes) * 12 },
  ];
}
