import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";

/** The customer's key, when there is one. */
export function customerKey(scope: Construct, { customerKeyArn }: Deployment): IKey | undefined {
  return customerKeyArn === undefined ? undefined : Key.fromKeyArn(scope, "CustomerKey", customerKeyArn);
}

/** Who reads or writes what the customer's key encrypts needs the key. */
export function allowKey(grantee: IGrantable, { customerKeyArn }: Deployment): void {
  if (customerKeyArn === undefined) return;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [customerKeyArn] }),
  );
}
