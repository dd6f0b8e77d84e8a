import { Stack, type StackProps } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { Buckets } from "./buckets.ts";
import type { Deployment } from "./deployment.ts";
import { customerKey } from "./encryption.ts";
import { Tables } from "./tables.ts";

const adminKeyLength = 48;

/** All that is stateful. Depends on no other stack, so that every other can be taken away and put back. */
export class DataStack extends Stack {
  readonly tables: Tables;
  readonly buckets: Buckets;
  readonly adminKey: Secret;

  constructor(scope: Construct, id: string, props: StackProps, deployment: Deployment) {
    super(scope, id, { ...props, terminationProtection: false });
    this.tables = new Tables(this, "Tables", deployment);
    this.buckets = new Buckets(this, "Buckets", deployment);
    const key = customerKey(this, deployment);
    // Goes with the stack: a new deploy makes a new one, and its hash takes the place of the old in the control table.
    this.adminKey = new Secret(this, "AdminKey", {
      description: `The key of the administrator of ${deployment.name}: makes other keys.`,
      generateSecretString: { passwordLength: adminKeyLength, excludePunctuation: true },
      ...(key && { encryptionKey: key }),
    });
    acknowledge(this.adminKey, {
      "AwsSolutions-SMG4":
        "Its holder is a person: rotating it unasked would lock them out. A deploy after `aws secretsmanager put-secret-value` takes a new one.",
    });
  }
}
