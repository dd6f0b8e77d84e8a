import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { AwsTarget } from "../journey/aws-target.ts";
import { until } from "../journey/patience.ts";
import type { Keys } from "../journey/tell.ts";
import type { CountedEvents } from "./counted-events.ts";
import type { Emulator } from "./emulator.ts";
import { finops } from "./finops.ts";

export interface Faults {
  readonly aws: AwsTarget;
  readonly emulator: Emulator;
  readonly counted: CountedEvents;
  readonly say: (line: string) => void;
}

const patience = { secondsMax: 240, everyMs: 1_000 };
/** A difference between cells and lake has to stand through two runs before it is repaired. */
const runsToRepairMax = 4;

async function failedBatches({ clients, names }: AwsTarget): Promise<number> {
  const Bucket = `${names.name}-failures-${names.account}-${names.region}`;
  let count = 0;
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket, Prefix: "aws/lambda/" },
  )) {
    count += Contents.length;
  }
  return count;
}

const untilFailed = (aws: AwsTarget, count: number) =>
  until(
    `${count} batches in the failures bucket`,
    () => failedBatches(aws),
    (found) => found >= count,
    patience,
  );

/** A record that nobody can decode, among good ones: both consumers set it aside, alone, and go on. */
export async function poison({ aws, counted, say }: Faults): Promise<void> {
  const { clients, names } = aws;
  const before = await failedBatches(aws);
  await counted.send(100);
  const garbage = { k: { S: "poisoned" }, e: { S: "this is no entry" }, w: { S: "poison" } };
  await clients.dynamo.send(new PutItemCommand({ TableName: `${names.name}-ledger`, Item: garbage }));
  await counted.send(100);
  await untilFailed(aws, before + 2);
  await counted.demandCells();
  say("a poisoned record is set aside by both consumers; all around it count");
}

const lost = new Set<number>();

/** The spend table and the landing are out for longer than the consumers try: what comes meanwhile is set aside. */
export async function loseToAnOutage({ aws, emulator, counted, say }: Faults): Promise<void> {
  const before = await failedBatches(aws);
  emulator.order({ throttle: { "-spend": 1 }, refuse_objects: "landing/" });
  const first = counted.sent() + 1;
  await counted.send(200);
  for (let n = first; n <= counted.sent(); n++) lost.add(n);
  await untilFailed(aws, before + 2);
  emulator.order({});
  await counted.send(100);
  await counted.demandCells(lost);
  say(`${lost.size} events are given up by both consumers in an outage, those after it count`);
}

/** What was set aside comes back: into the lake by the landing, into the cells by their repair. */
export async function redrive({ aws, counted, say }: Faults, keys: Keys): Promise<void> {
  const { exitCode, out, err } = await finops(aws, keys.admin, ["redrive", "--json"]);
  const report = JSON.parse(out) as { changes: number; undecodable: unknown[] };
  if (exitCode === 0 || report.undecodable.length < 2 || report.changes < lost.size) {
    throw new Error(`finops redrive ended with ${exitCode}: ${out}${err}`);
  }
  say(`finops redrive lands ${report.changes} changes, and names ${report.undecodable.length} that cannot be decoded`);
  let fault: string | undefined = "no run yet";
  let runs = 0;
  for (; fault !== undefined && runs < runsToRepairMax; runs++) {
    const ended = await aws.runPipeline();
    if (ended !== "SUCCEEDED") throw new Error(`the pipeline after the redrive: ${ended}`);
    fault = await counted.faultOf();
  }
  if (fault !== undefined) throw new Error(`after ${runs} runs ${fault}`);
  say(`after ${runs} runs the cells have all ${counted.sent()} events, to the pico-dollar`);
}
