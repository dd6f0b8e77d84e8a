import { describe, expect, test } from "vitest";
import { parseDeployment } from "#lib/deployment.ts";
import { ownBuckets } from "../../scripts/aws/delete-data.ts";
import { explainFailure } from "../../scripts/aws/explain-failure.ts";

describe("what a failed deploy means", () => {
  const said: readonly [string, string, string][] = [
    [
      "a table that an earlier deployment kept",
      "ai-finops-ledger already exists in stack arn:aws:…",
      "npm run deploy -- --adopt",
    ],
    [
      "the same, found before anything is made",
      "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]",
      "npm run deploy -- --adopt",
    ],
    [
      "an account that CDK does not know",
      "SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?",
      "npx cdk bootstrap aws://ACCOUNT/REGION",
    ],
    [
      "credentials of another account",
      "Need to perform AWS calls for account 111122223333, but the current credentials are for 999900001111",
      'another account than "account"',
    ],
    [
      "no credentials",
      "Unable to resolve AWS account to use. It must be either configured",
      "no valid AWS credentials",
    ],
    ["a region that is not enabled", "UnrecognizedClientException: The security token", 'see "region"'],
    [
      "a new account's quota",
      "Specified ReservedConcurrentExecutions decreases account's UnreservedConcurrentExecution below its minimum value of [10].",
      'reservedConcurrency: "none"',
    ],
    ["a bucket with objects", "The bucket you tried to delete is not empty", "npm run destroy -- --delete-data"],
  ];
  for (const [name, output, advice] of said) {
    test(`${name}: says what to do`, () => expect(explainFailure(`x\n${output}\ny`)).toContain(advice));
  }

  test("what nobody knows is left to speak for itself", () => {
    expect(explainFailure("Resource handler returned message: Internal Failure")).toBeUndefined();
  });
});

describe("the buckets that go with a deployment's data", () => {
  const buckets = [
    "prod-lake-111122223333-eu-central-1",
    "prod-access-logs-111122223333-eu-central-1",
    "prod-eu-lake-111122223333-eu-central-1",
    "prod-lake-111122223333-us-east-1",
    "prod-lake-999900001111-eu-central-1",
    "prod-lake-photos-111122223333-eu-central-1",
    "my-prod-lake-111122223333-eu-central-1",
  ];

  test("are its own, of its region and account, and nobody else's", () => {
    const prod = parseDeployment({ name: "prod", region: "eu-central-1", account: "111122223333" }, "x");
    expect(ownBuckets(prod, buckets)).toEqual([
      "prod-lake-111122223333-eu-central-1",
      "prod-access-logs-111122223333-eu-central-1",
    ]);
  });
});
