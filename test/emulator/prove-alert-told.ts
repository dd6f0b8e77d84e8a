import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { AwsTarget } from "../journey/aws-target.ts";
import { until } from "../journey/patience.ts";
import { must } from "../journey/target.ts";
import type { Keys } from "../journey/tell.ts";
import { alertEmail, otherTeamsEmail, slackSecret } from "./config.ts";
import type { Emulator } from "./emulator.ts";
import { finops } from "./finops.ts";
import { mailsTo } from "./mails.ts";
import { startSlack } from "./slack-server.ts";

interface Proof {
  readonly aws: AwsTarget;
  readonly emulator: Emulator;
  readonly keys: Keys;
  readonly say: (line: string) => void;
}

const leadSecondsMax = 75;
/** Spend that is posted sooner after the last is judged with the schedule, within a minute. */
const betweenOrdersMs = 11_000;
const settleMs = 5_000;
const budget = "alert-proof";
const feature = "alert-proof-feature";

/** Of the threshold's alert: the budget burns fast as well, which is another. */
const told = "of 100.00 USD spent";

/** 100 USD a month, told of at 80 %. */
const document = JSON.stringify({
  budgets: [
    {
      ...{ id: budget, owner: "ana@example.com", scope: { feature: [feature] }, period: "month" },
      amount_usd: "100",
      thresholds: [{ on: "actual", percent: "80", severity: "critical" }],
      when_used_up: "warn",
    },
  ],
});

/** gpt-4o: a million output tokens cost 10 USD. */
async function spend({ aws, keys }: Proof, id: string, usd: number): Promise<void> {
  const event = {
    ...{ id, source: "alert-proof", time: new Date().toISOString(), provider: "openai", model: "gpt-4o" },
    meters: { text_output_tokens: usd * 100_000 },
    attribution: { team: "alert-proof", feature, environment: "production", region: "emea", customer_tier: "pro" },
  };
  const { results } = await must<{ results: readonly { status: string }[] }>(aws, keys.sender, "/v1/events", {
    method: "POST",
    body: { events: [event] },
  });
  if (results[0]?.status !== "accepted") throw new Error(`the event is not taken: ${JSON.stringify(results)}`);
}

async function applyBudget({ aws, keys }: Proof): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "budget-"));
  try {
    const file = join(folder, "finops.yaml");
    writeFileSync(file, document);
    const { exitCode, out, err } = await finops(aws, keys.admin, ["apply", "-f", file, "--yes"]);
    if (exitCode !== 0) throw new Error(`finops apply ended with ${exitCode}: ${out}${err}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows of the outbox about this threshold, read from the table. */
async function outboxRows({ aws: { clients, names } }: Proof): Promise<number> {
  let count = 0;
  const scan = { TableName: `${names.name}-control`, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: clients.dynamo }, scan)) {
    const alerts = Items.filter(({ p }) => p?.S === "alerts").map((item) => JSON.stringify(item));
    count += alerts.filter((text) => text.includes(told)).length;
  }
  return count;
}

/**
 * An event that crosses a budget's threshold is told by mail and in Slack, once and in time, by the functions and queues
 * as they are deployed; an address that asked for another team's alerts gets none.
 */
export async function proveAlertIsTold(proof: Proof): Promise<void> {
  const { aws, emulator, say } = proof;
  await using slack = await startSlack();
  await aws.clients.secrets.send(new CreateSecretCommand({ Name: slackSecret, SecretString: slack.url }));
  const mails = async (address = alertEmail) =>
    (await mailsTo(emulator, address)).filter(({ BodyText }) => BodyText.includes(told));

  await applyBudget(proof);
  await spend(proof, "below", 70);
  await sleep(betweenOrdersMs);
  await spend(proof, "crossing", 15);
  const acknowledgedAt = performance.now();
  const seconds = () => ((performance.now() - acknowledgedAt) / 1_000).toFixed(1);
  const patience = { secondsMax: leadSecondsMax, everyMs: 200 };
  const isOne = ({ length }: { readonly length: number }) => length > 0;
  const [mail] = await until("a mail of the crossing", mails, isOne, patience);
  const mailedAfter = seconds();
  const taken = () => slack.posts.filter(({ status, body }) => status === 200 && JSON.stringify(body).includes(told));
  await until("a post to Slack", async () => taken(), isOne, patience);
  say(
    `an event crosses 80 % of a budget: the mail is there after ${mailedAfter} s, Slack's after ${seconds()} s and a 429`,
  );
  if (!/85/.test(mail?.BodyText ?? "")) throw new Error(`the mail does not say how much: ${JSON.stringify(mail)}`);
  if (slack.posts[0]?.status !== 429) throw new Error("Slack was not asked again");

  // More of the same crosses nothing, and what would be told twice would be by the next evaluation.
  await sleep(betweenOrdersMs);
  await spend(proof, "after", 1);
  await sleep(settleMs);
  const found = {
    mails: (await mails()).length,
    others: (await mails(otherTeamsEmail)).length,
    slack: taken().length,
    rows: await outboxRows(proof),
  };
  if (JSON.stringify(found) !== JSON.stringify({ mails: 1, others: 0, slack: 1, rows: 1 })) {
    throw new Error(`the alert is there so often: ${JSON.stringify(found)}`);
  }
  say(`it is told once: "${mail?.Subject}"; the outbox has one row`);
}
