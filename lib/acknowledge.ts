import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Findings of cdk-nag that stand, each with its reason. An id without its `AwsSolutions-` would suppress nothing. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<`AwsSolutions-${string}`, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}
