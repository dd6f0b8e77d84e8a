// npm run destroy [-- --config FILE] [--delete-data]: takes the stacks away and keeps the data, unless told otherwise by
// the deployment's name typed in.
import { createInterface } from "node:readline/promises";
import { cdk } from "./cdk.ts";
import { deleteData } from "./delete-data.ts";
import { deploymentOf, readArguments } from "./deployment-of.ts";

const { config, has } = readArguments("delete-data");
const deployment = await deploymentOf(config);
const { name, region, keepData } = deployment;
const goes = has("delete-data") || !keepData;

console.log(
  goes
    ? `This takes away ${name} in ${region} WITH ALL ITS DATA: ledger, spend, keys, prices, the lake. DynamoDB alone
keeps a last backup of each table for 35 days.`
    : `This takes away ${name} in ${region}: API, functions, schedules, alarms, the administrator's secret. Senders get errors.
Its data stay: tables ${name}-ledger, ${name}-spend, ${name}-control, the buckets ${name}-…, the Glue database. They cost what
their storage costs. Keys and prices are in them: a deploy with --adopt takes them over.`,
);
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
const typed = await Promise.race([terminal.question(`Type the deployment's name (${name}) to go on: `), ended]);
terminal.close();
if (typed.trim() !== name) {
  console.error(`found "${typed.trim()}", want "${name}": nothing was changed`);
  process.exit(2);
}
process.exitCode = await cdk(["destroy", "--all", "--force"], config);
if (process.exitCode === 0 && goes) await deleteData(deployment);
