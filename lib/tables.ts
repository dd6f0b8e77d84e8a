import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  type TablePropsV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";
import { customerKey } from "./encryption.ts";
import { tableName } from "./names.ts";

/** The three tables: on demand, point-in-time recovery, retained and protected from deletion. */
export class Tables extends Construct {
  readonly ledger: TableV2;
  readonly spend: TableV2;
  readonly control: TableV2;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const key = customerKey(this, deployment);
    const common = {
      billing: Billing.onDemand(),
      encryption: key ? TableEncryptionV2.customerManagedKey(key) : TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: deployment.keepData,
      removalPolicy: deployment.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    } as const satisfies Partial<TablePropsV2>;
    const sorted = {
      ...common,
      partitionKey: { name: "p", type: AttributeType.STRING },
      sortKey: { name: "s", type: AttributeType.STRING },
    } as const;

    this.ledger = new TableV2(this, "Ledger", {
      ...common,
      tableName: tableName(deployment, "ledger"),
      partitionKey: { name: "k", type: AttributeType.STRING },
      timeToLiveAttribute: "x",
      dynamoStream: StreamViewType.NEW_IMAGE,
    });
    this.spend = new TableV2(this, "Spend", { ...sorted, tableName: tableName(deployment, "spend") });
    this.control = new TableV2(this, "Control", {
      ...sorted,
      tableName: tableName(deployment, "control"),
      timeToLiveAttribute: "x",
    });
  }
}
