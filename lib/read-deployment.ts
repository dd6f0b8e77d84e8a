import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Deployment, DeploymentError, parseDeployment } from "./deployment.ts";

const defaultFile = "deployment.config.ts";

/** The default export of a configuration file, checked. Throws `DeploymentError` when nothing can be deployed with it. */
export async function readDeployment(file = defaultFile): Promise<Deployment> {
  const path = resolve(file);
  if (!existsSync(path)) throw new DeploymentError(`The configuration ${path} does not exist`);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeploymentError(`${file} cannot be read: ${reason}`, { cause: error });
  }
  if (module.default === undefined) throw new DeploymentError(`${file}: found no default export, want one`);
  return parseDeployment(module.default, file);
}
