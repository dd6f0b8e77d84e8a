import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsTarget } from "../journey/aws-target.ts";
import { type Cdk, checkout } from "../journey/deployment.ts";
import { until } from "../journey/patience.ts";
import { ask, must } from "../journey/target.ts";
import type { Keys } from "../journey/tell.ts";
import { emulatedConfig } from "./config.ts";

export interface Upgrade {
  readonly aws: AwsTarget;
  readonly cdk: Cdk;
  readonly keys: Keys;
  readonly say: (line: string) => void;
}

const settleSecondsMax = 120;
const batchSize = 10;
const parts = ["bin", "catalog", "lambdas", "lib", "sql", "src", "cdk.json", "deployment.config.ts", "package.json"];
const changed = ["serve-ingest", "post-spend", "land-usage"];

/** The checkout again, with other code in the functions that events go through. */
function nextVersion(): { readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "next-version-"));
  for (const part of parts) cpSync(join(checkout, part), join(folder, part), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  for (const name of changed) {
    const file = join(folder, "lambdas", `${name}.ts`);
    writeFileSync(file, `${readFileSync(file, "utf8")}\nprocess.env.NEXT_VERSION = "yes";\n`);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Flow {
  readonly acknowledged: () => number;
  stop(): Promise<void>;
}

/** One batch after another, each sent until it is taken. */
function startFlow(aws: AwsTarget, key: string | undefined): Flow {
  let going = true;
  let acknowledged = 0;
  const send = async () => {
    for (let batch = 0; going; batch++) {
      const events = Array.from({ length: batchSize }, (_, i) => ({
        ...{
          id: `${batch}-${i}`,
          source: "upgrade",
          time: new Date().toISOString(),
          provider: "openai",
          model: "gpt-4o",
        },
        meters: { text_output_tokens: 1_000_000 },
        attribution: {
          ...{ team: "upgrade", feature: "upgrade", environment: "production", region: "emea", customer_tier: "pro" },
        },
      }));
      for (;;) {
        const reply = await ask(aws, key, "/v1/events", { method: "POST", body: { events } }).catch(() => undefined);
        if (reply?.status === 200) break;
        await sleep(200);
      }
      acknowledged += batchSize;
    }
  };
  const sending = send();
  return {
    acknowledged: () => acknowledged,
    stop: () => {
      going = false;
      return sending;
    },
  };
}

/** As many entries as were acknowledged, and 10 USD for each. */
async function demandEach({ aws, keys }: Upgrade, count: number): Promise<void> {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const path = `/v1/reports/cost?from=${day(-1)}&to=${day(1)}&granularity=total&team=upgrade`;
  interface Report {
    readonly total_cost_usd: string;
    readonly rows: readonly { readonly entries: number }[];
  }
  const report = () => must<Report>(aws, keys.reader, path);
  const entriesOf = ({ rows }: Report) => rows.reduce((sum, row) => sum + row.entries, 0);
  await until("events sent during the upgrade", report, (now) => entriesOf(now) >= count, {
    secondsMax: settleSecondsMax,
  });
  // What would come twice would come by now.
  await sleep(3_000);
  const now = await report();
  if (entriesOf(now) !== count || now.total_cost_usd !== String(10 * count)) {
    throw new Error(`${count} events were acknowledged during the upgrade; the report has ${JSON.stringify(now)}`);
  }
}

/** A second deploy changes nothing; one that changes code and settings while events flow loses none and doubles none. */
export async function proveUpgrade(upgrade: Upgrade): Promise<void> {
  const { aws, cdk, keys, say } = upgrade;
  const { printed } = await cdk.deploy();
  if (!printed.includes("(no changes)")) throw new Error(`a second deploy changed something:\n${printed}`);
  await cdk.run(["diff", "--fail"]);
  say("a second cdk deploy and cdk diff find no change");

  using next = nextVersion();
  cdk.configure({ ...emulatedConfig, logLevel: "WARN" });
  const flow = startFlow(aws, keys.sender);
  await cdk.deploy({ from: next.folder });
  await flow.stop();
  await demandEach(upgrade, flow.acknowledged());
  const run = await aws.runPipeline();
  if (run.startsWith("FAILED")) throw new Error(`the pipeline after the upgrade: ${run}`);
  say(`a deploy of other code and settings while ${flow.acknowledged()} events came in: each counts once`);
}
