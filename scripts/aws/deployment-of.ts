import { parseArgs } from "node:util";
import { type Deployment, DeploymentError } from "#lib/deployment.ts";
import { readDeployment } from "#lib/read-deployment.ts";

/** The configuration that a command is about; an error in it is told in words, and nothing else happens. */
export async function deploymentOf(config: string | undefined): Promise<Deployment> {
  try {
    return await readDeployment(config);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

interface Arguments<Name extends string> {
  readonly config: string | undefined;
  readonly has: (name: Name) => boolean;
}

/** `--config FILE` and switches. Anything else is refused. */
export function readArguments<const Name extends string>(...switches: readonly Name[]): Arguments<Name> {
  const options = Object.fromEntries(switches.map((name) => [name, { type: "boolean" } as const]));
  try {
    const { values } = parseArgs({ options: { ...options, config: { type: "string" } } });
    const { config } = values;
    return { config: typeof config === "string" ? config : undefined, has: (name) => Object.hasOwn(values, name) };
  } catch (error) {
    const usage = ["[--config FILE]", ...switches.map((name) => `[--${name}]`)].join(" ");
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`);
    process.exit(2);
  }
}
