import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LambdaName } from "#lib/bundle-lambdas.ts";

interface Handled {
  /** Of all events together: this process's processor time, waiting not counted. */
  readonly cpuMs: number;
  readonly results: readonly unknown[];
}

export interface BundleProcess extends Disposable {
  handle(events: readonly unknown[]): Promise<Handled>;
}

/** A bundle in a process of its own, as Lambda runs it, with DynamoDB and S3 at `url`. */
export function openBundle(name: LambdaName, folder: string, url: string): BundleProcess {
  const script = fileURLToPath(new URL("invoke-bundle.ts", import.meta.url));
  const child = fork(script, [join(folder, name, "index.mjs")], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "key",
      AWS_ENDPOINT_URL: url,
      ALERT_TOPIC_ARN: "arn:aws:sns:us-east-1:111122223333:bench-alerts",
      API_URL: "https://bench.example.com",
      CONTROL_TABLE: "control",
      DEPLOYMENT: "bench",
      EVALUATE_FUNCTION: "bench-evaluate-alerts",
      LAKE_BUCKET: "lake",
      LEDGER_TABLE: "ledger",
      POWERTOOLS_METRICS_NAMESPACE: "AiFinops",
      SPEND_TABLE: "spend",
      AUTHORIZE_WHEN_UNREACHABLE: "allow",
    },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  ended.catch(() => undefined);
  return {
    async handle(events) {
      const answered = once(child, "message");
      child.send([...events]);
      const [answer] = (await Promise.race([answered, ended])) as [Handled & { readonly error?: string }];
      if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
      return answer;
    },
    [Symbol.dispose]() {
      child.kill("SIGKILL");
    },
  };
}
