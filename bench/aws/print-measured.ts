import { itemBytes, storageOverheadBytes } from "./item-bytes.ts";
import { type Measured, meanItemBytes } from "./measure.ts";
import type { Call } from "./stub-aws.ts";
import { amount, printTable } from "./tables.ts";

const sum = (calls: readonly Call[], of: (call: Call) => number) => calls.reduce((total, call) => total + of(call), 0);

export function printMeasured({ ingest, duplicates, items, streamRecordBytes, spend, landing, landedBytes }: Measured) {
  const sizes = items.map(itemBytes);
  console.log("\n## Measured: what the bundles send, and their processor time\n");
  console.log(
    `A ledger item has ${Math.min(...sizes)} to ${Math.max(...sizes)} bytes, ${amount(meanItemBytes(items))} on average: one write unit; stored, ${storageOverheadBytes} more. A record of the stream has ${streamRecordBytes} bytes, a landed row ${amount(landedBytes)}.\n`,
  );
  printTable(
    ["ingest: events in a request", "calls", "write units", "read units", "body, bytes", "processor ms", "µs an event"],
    ingest.map(({ batch, calls, invocations, bodyBytes, cpuMs }) => [
      String(batch),
      amount(calls.length / invocations),
      amount(sum(calls, ({ write }) => write) / invocations),
      amount(sum(calls, ({ read }) => read) / invocations),
      amount(bodyBytes),
      amount(cpuMs),
      amount((cpuMs * 1_000) / batch),
    ]),
  );
  const write = sum(duplicates, (call) => call.write);
  const read = sum(duplicates, (call) => call.read);
  console.log(
    `\n100 duplicates in a request: ${write} write units, ${read} read units in ${duplicates.length} calls.\n`,
  );
  printTable(
    ["post-spend: active cells", "records", "transactions", "write units", "units an event", "processor ms"],
    [...spend].flatMap(([cells, byRecords]) =>
      [...byRecords.values()].map(({ records, batches, calls, cpuMs }) => {
        const units = sum(calls, (call) => call.write) / batches;
        const transactions = calls.filter(({ operation }) => operation === "TransactWriteItems").length / batches;
        return [cells, String(records), amount(transactions), amount(units), amount(units / records), amount(cpuMs)];
      }),
    ),
  );
  console.log("");
  printTable(
    ["land-usage: records", "file, bytes", "processor ms"],
    [...landing.values()].map(({ records, calls, cpuMs }) => [
      String(records),
      amount(sum(calls, ({ bytes }) => bytes) / calls.length),
      amount(cpuMs),
    ]),
  );
}
