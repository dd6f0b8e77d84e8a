import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const version = "1.106.2";
const packages = [`litellm[proxy]==${version}`, "opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"];
const installMsMax = 10 * 60_000;

/** The folder of the proxy's programs, installed from PyPI when it is not there. */
export function litellmBin(): string {
  const tools = process.env.FINOPS_TOOLS ?? join(homedir(), ".cache", "ai-finops-tools");
  const venv = join(tools, `litellm-${version}`);
  const bin = join(venv, "bin");
  const done = join(venv, "installed");
  if (!existsSync(done)) {
    console.log(`installing litellm ${version} into ${venv}…`);
    rmSync(venv, { recursive: true, force: true });
    execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit", timeout: installMsMax });
    execFileSync(join(bin, "pip"), ["install", "--quiet", ...packages], { stdio: "inherit", timeout: installMsMax });
    writeFileSync(done, `${packages.join("\n")}\n`);
  }
  return bin;
}
