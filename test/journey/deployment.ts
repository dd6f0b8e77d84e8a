import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeploymentInput } from "#lib/deployment.ts";
import { runTool } from "../emulator/tools.ts";
import type { Access } from "./aws-access.ts";

export const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** The AWS CDK on an account, with a configuration of its own. */
export interface Cdk extends Disposable {
  /** `cdk …`; what it prints. */
  run(words: readonly string[], options?: { readonly from?: string; readonly minutesMax?: number }): Promise<string>;
  /** Of all stacks, by name. */
  deploy(options?: { readonly from?: string }): Promise<{ readonly outputs: Outputs; readonly printed: string }>;
  configure(config: DeploymentInput): void;
}

/** By stack, by name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const minutesMaxDefault = 10;

export function openCdk({ env, region, endpoint }: Access, config: DeploymentInput): Cdk {
  const folder = mkdtempSync(join(tmpdir(), "cdk-"));
  const configFile = join(folder, "deployment.config.ts");
  const outputsFile = join(folder, "outputs.json");
  const configure = (given: DeploymentInput) => writeFileSync(configFile, `export default ${JSON.stringify(given)};\n`);
  configure(config);
  const run: Cdk["run"] = (words, { from = checkout, minutesMax = minutesMaxDefault } = {}) => {
    const cdk = join(checkout, "node_modules/aws-cdk/bin/cdk");
    const common = [
      "-c",
      `config=${configFile}`,
      "--output",
      join(folder, "cdk.out"),
      "--ci",
      "--no-notices",
      "--no-color",
    ];
    return runTool(process.execPath, [cdk, ...words, ...common], {
      cwd: from,
      minutesMax,
      env: { ...env, AWS_REGION: region, ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }), CI: "true" },
    });
  };
  return {
    run,
    configure,
    deploy: async (options) => {
      const words = ["deploy", "--all", "--require-approval", "never", "--outputs-file", outputsFile];
      const printed = await run(words, options);
      return { outputs: JSON.parse(readFileSync(outputsFile, "utf8")), printed };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
