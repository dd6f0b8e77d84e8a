// Proves that the stacks synthesize for a plain and for a full configuration without AWS credentials, that cdk-nag has
// no finding nobody acknowledged, and that cfn-lint finds nothing wrong with the templates. Installs cfn-lint from PyPI.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const cfnLintVersion = "1.58.0";
const root = join(import.meta.dirname, "../..");
const tools = process.env.FINOPS_TOOLS ?? join(homedir(), ".cache/ai-finops-tools");

const configurations: Readonly<Record<string, object>> = {
  plain: { region: "eu-central-1" },
  full: {
    name: "full-one",
    account: "111122223333",
    region: "us-east-1",
    alertEmails: ["finops@example.com", { address: "oncall@example.com", teams: ["search"], minSeverity: "critical" }],
    slack: [{ secretName: "finops/slack" }, { secretName: "finops/slack-search", teams: ["search"] }],
    webhooks: [{ url: "https://alerts.example.com/finops", secretName: "finops/webhook", minSeverity: "warning" }],
    keepData: false,
    retentionDays: { landing: 14, results: 1, failures: 30, accessLogs: 30, logs: 7 },
    logLevel: "DEBUG",
    athenaScanLimitGb: 10,
    throttle: { requestsPerSecond: 100, burst: 200 },
    windowSeconds: { postSpend: 5, landUsage: 60 },
    reservedConcurrency: "none",
    customDomain: {
      domainName: "finops.example.com",
      certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    },
    customerKeyArn: "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/limits",
    ownCostMonthlyUsd: 10,
    unpricedPercentMax: 1,
  },
};

/** cfn-lint in a virtual environment of its own, made once. */
function installCfnLint(): string {
  const folder = join(tools, `cfn-lint-${cfnLintVersion}`);
  const program = join(folder, "bin/cfn-lint");
  if (existsSync(program)) return program;
  mkdirSync(tools, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `cfn-lint==${cfnLintVersion}`];
  execFileSync(join(folder, "bin/python"), pip, { stdio: "inherit", timeout: 180_000 });
  return program;
}

const withoutCredentials = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));

function synthesize(name: string, configuration: object, folder: string): string {
  const config = join(folder, `${name}.config.ts`);
  writeFileSync(config, `export default ${JSON.stringify(configuration)};\n`);
  const output = join(folder, name);
  execFileSync("npx", ["cdk", "synth", "--quiet", "-c", `config=${config}`, "--output", output], {
    cwd: root,
    stdio: "inherit",
    timeout: 240_000,
    env: { ...withoutCredentials, AWS_EC2_METADATA_DISABLED: "true" },
  });
  return output;
}

/** W3005: CDK names dependencies that follow from references too. */
const ignored = ["W3005"];

const lint = installCfnLint();
const folder = mkdtempSync(join(tmpdir(), "synth-"));
try {
  for (const [name, configuration] of Object.entries(configurations)) {
    const output = synthesize(name, configuration, folder);
    const templates = readdirSync(output).filter((file) => file.endsWith(".template.json"));
    if (templates.length !== 5) throw new Error(`found ${templates.length} templates, want 5`);
    const files = templates.map((file) => join(output, file));
    const { status, stdout } = spawnSync(lint, ["--ignore-checks", ...ignored, "--", ...files], {
      encoding: "utf8",
      timeout: 240_000,
    });
    if (status !== 0) throw new Error(`cfn-lint on ${name}:\n${stdout}`);
    console.log(`${name}: ${templates.length} stacks, cdk-nag and cfn-lint find nothing`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
