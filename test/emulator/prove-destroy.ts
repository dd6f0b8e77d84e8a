import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { countLedger } from "../journey/aws-stores.ts";
import type { AwsTarget } from "../journey/aws-target.ts";
import type { Cdk } from "../journey/deployment.ts";

/** `cdk destroy` takes the system away and leaves what is in its tables and buckets. */
export async function proveDestroyKeepsData({
  aws,
  cdk,
  say,
}: {
  readonly aws: AwsTarget;
  readonly cdk: Cdk;
  readonly say: (line: string) => void;
}): Promise<void> {
  const { clients, names } = aws;
  const before = await countLedger(clients, names);
  await cdk.run(["destroy", "--all", "--force"]);
  const gone = await aws.call("/v1/health", { method: "GET" });
  if (gone.status === 200) throw new Error("the API still answers after cdk destroy");
  const after = await countLedger(clients, names);
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const kept = Buckets.flatMap(({ Name = "" }) => (Name.startsWith(`${names.name}-`) ? [Name] : []));
  const wanted = ["lake", "failures"].filter(
    (part) => !kept.some((bucket) => bucket.startsWith(`${names.name}-${part}-`)),
  );
  if (after !== before || wanted.length > 0) {
    throw new Error(`cdk destroy left ${after} of ${before} entries, and the buckets ${kept.join(", ")}`);
  }
  say(`cdk destroy keeps the ${after} entries of the ledger and ${kept.length} buckets`);
}
