import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { landedFiles } from "../journey/aws-stores.ts";
import type { AwsTarget } from "../journey/aws-target.ts";
import { until } from "../journey/patience.ts";
import { alertEmail } from "./config.ts";
import type { Emulator } from "./emulator.ts";
import { type Mail, mailsTo } from "./mails.ts";

/** A landed file as if it came now, with a text where the cost was: it can be counted, and not be merged. */
async function damaged({ clients, names }: AwsTarget): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "damaged-"));
  const instance = await DuckDBInstance.create();
  try {
    const [first] = await landedFiles(clients, names);
    writeFileSync(join(folder, "good.parquet"), first ?? "");
    const connection = await instance.connect();
    const landedAt = new Date().toISOString().replace("T", " ").replace("Z", "");
    const instead = `'no number' as cost, timestamp '${landedAt}' as landed_at`;
    const good = `select * replace (${instead}) from read_parquet('${folder}/good.parquet')`;
    await connection.run(`copy (${good}) to '${folder}/bad.parquet'`);
    connection.closeSync();
    return readFileSync(join(folder, "bad.parquet"));
  } finally {
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that fails says so by mail to the address of the configuration; the next one, mended, succeeds. */
export async function proveFailureIsTold({
  aws,
  emulator,
  say,
}: {
  readonly aws: AwsTarget;
  readonly emulator: Emulator;
  readonly say: (line: string) => void;
}): Promise<void> {
  const { clients, names } = aws;
  const hour = new Date().toISOString().slice(0, 13).replace("T", "-");
  const broken = {
    Bucket: `${names.name}-lake-${names.account}-${names.region}`,
    Key: `landing/usage/landed_hour=${hour}/broken.parquet`,
  };
  const failures = async () =>
    (await mailsTo(emulator, alertEmail)).filter((mail) => /pipeline/i.test(mail.Subject + mail.BodyText));
  const before = (await failures()).length;
  await clients.s3.send(new PutObjectCommand({ ...broken, Body: await damaged(aws) }));
  const run = await aws.runPipeline();
  if (!run.startsWith("FAILED")) throw new Error(`a run over a damaged file ended with ${run}`);
  // It waits in the outbox for the next evaluation, which comes every minute.
  const patience = { secondsMax: 90 };
  const told = await until("a mail of the failure", failures, ({ length }) => length > before, patience);
  const last = told.at(-1) as Mail;
  await clients.s3.send(new DeleteObjectCommand(broken));
  const mended = await aws.runPipeline();
  if (mended.startsWith("FAILED")) throw new Error(`the run after it was mended: ${mended}`);
  say(`a failed run is told by mail: "${last.Subject}"; the next one succeeds`);
}
