import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentsOf } from "#lib/bundle-contents.ts";
import { bundleLambda, LAMBDA_BUNDLES, type LambdaName } from "#lib/bundle-lambdas.ts";
import { measureColdStart } from "../cold-start.ts";
import { amount, printTable } from "./tables.ts";

const kb = (bytes: number) => `${Math.round(bytes / 1_000)} KB`;

/** Bundle sizes and cold starts; what is wanted of them is held by `npm run verify -- bundles`. */
export async function printStarts(smoke: boolean): Promise<void> {
  console.log("\n## Bundles and cold starts\n");
  const folder = mkdtempSync(join(tmpdir(), "bench-bundles-"));
  try {
    const starts = await measureColdStart(smoke ? 1 : 15);
    const rows: string[][] = [];
    for (const { name, medianMs, toEmpty, toDynamo } of starts) {
      const ours = name in LAMBDA_BUNDLES ? contentsOf(await bundleLambda(name as LambdaName, folder)) : undefined;
      const sizes = ours ? [kb(ours.bytes), kb(ours.startBytes)] : ["", ""];
      rows.push([name, ...sizes, amount(Math.round(medianMs)), toEmpty.toFixed(2), toDynamo.toFixed(2)]);
    }
    printTable(["function", "code", "loaded at start", "start, ms", "to an empty one", "to DynamoDB's client"], rows);
    console.log("\nWanted: ingest at most 600 KB, each at most 1,500 KB; at most 1.3 to DynamoDB's client.");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
