import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { AwsTarget } from "../journey/aws-target.ts";
import { until } from "../journey/patience.ts";
import { alertEmail } from "./config.ts";
import type { Emulator } from "./emulator.ts";

interface Mail {
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
}

async function mails({ endpoint }: Emulator): Promise<readonly Mail[]> {
  const reply = await fetch(`${endpoint}/_ministack/ses/messages`);
  const { messages } = (await reply.json()) as { messages: Readonly<Record<string, readonly Mail[]>> };
  const all = Object.values(messages).flat();
  return all.filter(({ To }) => To.includes(alertEmail));
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
  const before = (await mails(emulator)).length;
  await clients.s3.send(new PutObjectCommand({ ...broken, Body: "this is no Parquet" }));
  const run = await aws.runPipeline();
  if (!run.startsWith("FAILED")) throw new Error(`a run over a damaged file ended with ${run}`);
  const patience = { secondsMax: 30 };
  const told = await until(
    "a mail of the failure",
    () => mails(emulator),
    ({ length }) => length > before,
    patience,
  );
  const last = told.at(-1) as Mail;
  if (!/pipeline/i.test(last.Subject + last.BodyText))
    throw new Error(`the mail does not say what: ${JSON.stringify(last)}`);
  await clients.s3.send(new DeleteObjectCommand(broken));
  const mended = await aws.runPipeline();
  if (mended.startsWith("FAILED")) throw new Error(`the run after it was mended: ${mended}`);
  say(`a failed run is told by mail: "${last.Subject}"; the next one succeeds`);
}
