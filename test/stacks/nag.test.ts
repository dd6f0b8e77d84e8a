import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack, Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, test } from "vitest";
import { acknowledge } from "#lib/acknowledge.ts";
import { checkWithNag } from "#lib/check-with-nag.ts";
import { addDeployment, newApp } from "./deployed.ts";

/** A bucket that fails two rules: no access log (S1), and no demand for TLS (S10). */
function careless(acknowledgeIt: (bucket: Bucket) => void): App {
  const app = new App();
  acknowledgeIt(new Bucket(new Stack(app, "Careless"), "Bucket"));
  checkWithNag(app);
  return app;
}

const reasons = { "AwsSolutions-S1": "a reason", "AwsSolutions-S10": "a reason" } as const;

/** The rules that a synthesis reports. */
function reported(app: App): string[] {
  try {
    app.synth();
  } catch {
    const report = JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8"));
    return [...new Set([...JSON.stringify(report).matchAll(/AwsSolutions-\w+/g)].map(([rule]) => rule))].sort();
  }
  return [];
}

describe("cdk-nag", () => {
  test("the stacks have no finding that is not acknowledged with a reason", () => {
    const app = newApp();
    addDeployment(app, {
      alertEmails: ["finops@example.com"],
      slack: [{ secretName: "finops/slack" }],
      webhooks: [{ url: "https://alerts.example.com/finops", secretName: "finops/webhook" }],
    });
    checkWithNag(app);
    expect(reported(app)).toEqual([]);
  });

  test("a finding that nobody acknowledged fails the synthesis", () => {
    expect(reported(careless(() => undefined))).toEqual(["AwsSolutions-S1", "AwsSolutions-S10"]);
  });

  test("an acknowledged finding does not", () => {
    expect(reported(careless((bucket) => acknowledge(bucket, reasons)))).toEqual([]);
  });

  test("an id without its prefix acknowledges nothing", () => {
    const bare = (bucket: Bucket) =>
      Validations.of(bucket).acknowledge({ id: "S1", reason: "a reason" }, { id: "S10", reason: "a reason" });
    expect(reported(careless(bare))).toEqual(["AwsSolutions-S1", "AwsSolutions-S10"]);
  });
});
