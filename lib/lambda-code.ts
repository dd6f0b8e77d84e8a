import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { bundleLambda, LAMBDA_BUNDLES, type LambdaName } from "./bundle-lambdas.ts";
import type { CodeOf } from "./node-lambda.ts";

/**
 * Bundles every function of `lambdas/`. The same sources give the same assets. The bundles live as long as the process:
 * CDK copies an asset when its construct is made.
 */
export async function bundledCode(): Promise<CodeOf> {
  const folder = mkdtempSync(join(tmpdir(), "ai-finops-lambdas-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const names = Object.keys(LAMBDA_BUNDLES) as LambdaName[];
  await Promise.all(names.map((name) => bundleLambda(name, folder)));
  return (name) => ({ code: Code.fromAsset(join(folder, name)), handler: "index.handler" });
}
