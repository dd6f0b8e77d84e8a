import { Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

type Grantee = IConstruct & IGrantable & { readonly role?: IConstruct | undefined };

/** Named actions on named resources; nothing is granted in any other way. */
export function allow(grantee: IGrantable, actions: readonly string[], ...resources: readonly string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
}

/** As `allow`, for items of a table whose partition key is one of these, or begins with one that ends with `*`. */
export function allowPartitions(
  grantee: IGrantable,
  actions: readonly string[],
  table: string,
  partitions: readonly string[],
): void {
  const conditions = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...partitions] } };
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [table], conditions }),
  );
}

/**
 * Writing audit entries, in a transaction and in no other way. That an entry is never written over is a condition of each
 * write: IAM can tell no update that makes an item from one that changes it. Nobody may delete one.
 */
export function allowAudit(grantee: IGrantable, control: string): void {
  const conditions = {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["audit", "audit-head"] },
    StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" },
  };
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["dynamodb:UpdateItem"], resources: [control], conditions }),
  );
}

/** Writing entries all or none, in a transaction and in no other way: none can be replaced by a plain put. */
export function allowAppendTogether(grantee: IGrantable, ledger: string): void {
  const conditions = { StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" } };
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["dynamodb:PutItem"], resources: [ledger], conditions }),
  );
}

/** Named actions on what lies within a named resource, whose parts nobody knows before; `why` is for cdk-nag's reader. */
export function allowWithin(grantee: Grantee, actions: readonly string[], resource: string, why: string): void {
  const parts = `${resource}/*`;
  allow(grantee, actions, parts);
  acknowledgeWildcard(grantee.role ?? grantee, parts, why);
}

/** Of one resource alone: cdk-nag counts each wildcard as a finding of its own. */
export function acknowledgeWildcard(construct: IConstruct, resource: string, why: string): void {
  const flat = flatten(Stack.of(construct).resolve(resource));
  acknowledge(construct, { [`AwsSolutions-IAM5[Resource::${flat}]`]: why });
}

/** A resolved text as cdk-nag writes it: `<AWS::AccountId>`, `<Function.Arn>`. */
function flatten(resolved: unknown): string {
  if (typeof resolved === "string") return resolved;
  const {
    Ref,
    "Fn::Join": join,
    "Fn::GetAtt": attribute,
  } = resolved as {
    readonly Ref?: string;
    readonly "Fn::Join"?: readonly [string, readonly unknown[]];
    readonly "Fn::GetAtt"?: readonly [string, string];
  };
  if (join) return join[1].map(flatten).join(join[0]);
  return `<${Ref ?? attribute?.join(".")}>`;
}
