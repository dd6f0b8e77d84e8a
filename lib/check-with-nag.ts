import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { Construct } from "constructs";

/** Synthesis fails on every finding of cdk-nag's AwsSolutions that nobody has acknowledged with a reason. */
export function checkWithNag(scope: Construct): void {
  Validations.of(scope).addPlugins(new AwsSolutionsChecks(scope));
}
