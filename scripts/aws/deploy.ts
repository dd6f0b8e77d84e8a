// npm run deploy [-- --config FILE] [--yes] [--adopt]: all stacks of a deployment, then what to do next.
// --yes asks nothing (for CI); --adopt takes over the tables and buckets that a destroyed deployment of this name kept.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cdk } from "./cdk.ts";
import { missingBefore } from "./check-before.ts";
import { deploymentOf, readArguments } from "./deployment-of.ts";
import { unconfirmedEmails } from "./unconfirmed-emails.ts";

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function tellNext(name: string, region: string, outputs: Outputs): Promise<void> {
  const ingest = outputs[`${name}-ingest`] ?? {};
  const { ReadAdminKey } = outputs[`${name}-data`] ?? {};
  const { DashboardUrl } = outputs[`${name}-monitoring`] ?? {};
  const { TopicArn } = outputs[`${name}-alerts`] ?? {};
  console.log(`
${name} is deployed.

  API            ${ingest.ApiUrl}
  dashboard      ${DashboardUrl}
  SQL            Athena, workgroup ${ingest.Workgroup}: its saved queries answer the usual questions

Next: the administrator's key, and with it the first ingest key

  export FINOPS_KEY=$(${ReadAdminKey})
  ${ingest.MakeFirstKey}
`);
  if (ingest.DomainTarget) console.log(`DNS: point your domain (CNAME) at ${ingest.DomainTarget}\n`);
  const pending = TopicArn === undefined ? [] : await unconfirmedEmails(region, TopicArn);
  if (pending.length > 0) {
    console.log(`NOT CONFIRMED, and without any alert until then: ${pending.join(", ")}
  Each has a mail "AWS Notification - Subscription Confirmation" with a link to follow.\n`);
  }
}

const { config, has } = readArguments("yes", "adopt");
const deployment = await deploymentOf(config);
const { name, region, alertEmails, slack, webhooks } = deployment;
const missing = await missingBefore(deployment);
if (missing !== undefined) {
  console.error(missing);
  process.exit(2);
}
if (alertEmails.length + slack.length + webhooks.length === 0) {
  console.log("alertEmails, slack and webhooks are empty: alerts will be raised and nobody told.\n");
}

const folder = mkdtempSync(join(tmpdir(), "ai-finops-deploy-"));
try {
  const file = join(folder, "outputs.json");
  const approval = has("yes") ? "never" : "broadening";
  const adopt = has("adopt") ? ["--import-existing-resources"] : [];
  const args = [
    "deploy",
    "--all",
    "--require-approval",
    approval,
    "--progress",
    "events",
    "--outputs-file",
    file,
    ...adopt,
  ];
  process.exitCode = await cdk(args, config);
  if (process.exitCode === 0) await tellNext(name, region, JSON.parse(readFileSync(file, "utf8")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
