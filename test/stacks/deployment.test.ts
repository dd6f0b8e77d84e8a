import { describe, expect, test } from "vitest";
import { parseDeployment } from "#lib/deployment.ts";

const faultOf = (input: unknown): string => {
  try {
    parseDeployment(input, "deployment.config.ts");
  } catch (error) {
    return (error as Error).message;
  }
  return "no fault";
};

describe("the configuration", () => {
  test("a region is all it takes", () => {
    expect(parseDeployment({ region: "eu-central-1" }, "x")).toMatchObject({
      name: "ai-finops",
      keepData: true,
      alertEmails: [],
      retentionDays: { landing: 30, results: 7, failures: 90, accessLogs: 90, logs: 30 },
      reservedConcurrency: { ingest: 100, postSpend: 50 },
    });
  });

  test("what is given stays, the rest of its group has its defaults", () => {
    const { retentionDays, reservedConcurrency } = parseDeployment(
      { region: "us-east-1", retentionDays: { logs: 7 }, reservedConcurrency: "none" },
      "x",
    );
    expect(retentionDays).toMatchObject({ logs: 7, landing: 30 });
    expect(reservedConcurrency).toEqual({});
  });

  const faults: readonly [string, Record<string, unknown>, string][] = [
    ["no region", {}, "region: found nothing, "],
    ["a region that does not exist", { region: "eu-centrl-1" }, 'region: found "eu-centrl-1", want an AWS region'],
    ["a name too long for a bucket", { name: "a".repeat(21) }, `name: found "${"a".repeat(21)}"`],
    ["a name with a capital", { name: "Prod" }, 'name: found "Prod", want lower-case letters'],
    ["a short account", { account: "123" }, 'account: found "123", want 12 digits'],
    ["an address that is none", { alertEmails: ["a@b.de", "x"] }, 'alertEmails.1: found "x", want an email address'],
    [
      "an object without an address",
      { alertEmails: [{ teams: ["search"] }] },
      "alertEmails.0.address: found nothing, want an email address",
    ],
    [
      "a severity that is none",
      { slack: [{ secretName: "s", minSeverity: "high" }] },
      'slack.0.minSeverity: found "high", want one of info, warning, critical',
    ],
    ["no team at all", { slack: [{ secretName: "s", teams: [] }] }, "slack.0.teams: found [], want at least one team"],
    [
      "a Slack address in place of its secret",
      { slack: [{ secretName: "https://hooks.slack.com/x" }] },
      "want the name of",
    ],
    [
      "a webhook that anybody can read",
      { webhooks: [{ url: "http://alerts.example.com", secretName: "s" }] },
      'webhooks.0.url: found "http://alerts.example.com", want an https address',
    ],
    [
      "a webhook without a key",
      { webhooks: [{ url: "https://a.example.com" }] },
      "webhooks.0.secretName: found nothing",
    ],
    [
      "an address named twice",
      { alertEmails: ["a@b.de", { address: "a@b.de", teams: ["search"] }] },
      'alertEmails.1: found "a@b.de" a second time, want each once',
    ],
    ["the secret's former field", { slackSecretName: "s" }, "slackSecretName: no such field"],
    [
      "days that CloudWatch does not take",
      { retentionDays: { logs: 31 } },
      "retentionDays.logs: found 31, want one of 1, 3",
    ],
    ["a landing shorter than what a run reads", { retentionDays: { landing: 1 } }, "retentionDays.landing: found 1"],
    ["a level that is none", { logLevel: "TRACE" }, 'logLevel: found "TRACE"'],
    ["a limit of nothing", { athenaScanLimitGb: 0 }, "athenaScanLimitGb: found 0"],
    ["no invocations at all", { reservedConcurrency: { ingest: 0 } }, "reservedConcurrency.ingest: found 0"],
    ["a window too long", { windowSeconds: { postSpend: 301 } }, "windowSeconds.postSpend: found 301"],
    ["a field that nobody knows", { regoin: "eu-central-1" }, "regoin: no such field"],
    ["an inner field that nobody knows", { throttle: { rps: 1 } }, "throttle.rps: no such field"],
    [
      "a domain without its certificate",
      { customDomain: { domainName: "f.example.com" } },
      "customDomain.certificateArn: found nothing",
    ],
    [
      "a certificate of another region",
      {
        customDomain: {
          domainName: "f.example.com",
          certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/abc",
        },
      },
      'customDomain.certificateArn: found "arn:aws:acm:us-east-1:111122223333:certificate/abc", want one in eu-central-1',
    ],
    [
      "a key of another account",
      { account: "999900001111", customerKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/abc" },
      'customerKeyArn: found "arn:aws:kms:eu-central-1:111122223333:key/abc", want one of account 999900001111',
    ],
    ["an alias for a key", { customerKeyArn: "alias/mine" }, 'customerKeyArn: found "alias/mine", want arn:aws:kms:'],
  ];
  for (const [name, wrong, message] of faults) {
    test(`${name}: refused, with the field, what it has and what is wanted`, () => {
      const region = "region" in wrong || name === "no region" ? {} : { region: "eu-central-1" };
      expect(faultOf({ ...region, ...wrong })).toContain(message);
      expect(faultOf({ ...region, ...wrong })).toMatch(/^deployment\.config\.ts is wrong:\n/);
    });
  }

  test("all faults are told at once", () => {
    expect(faultOf({ region: "x", name: "Prod", account: "1" }).match(/^ {2}\w+/gm)).toEqual([
      "  name",
      "  account",
      "  region",
    ]);
  });

  test("a configuration that is no object is refused", () => {
    expect(faultOf("eu-central-1")).toContain('the configuration: found "eu-central-1"');
  });
});
