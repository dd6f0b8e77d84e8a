import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AiFinops } from "#lib/ai-finops.ts";
import { type DeploymentInput, parseDeployment } from "#lib/deployment.ts";
import type { CodeOf } from "#lib/node-lambda.ts";

export type StackName = "data" | "alerts" | "lake" | "ingest" | "monitoring";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
export type Resources = Readonly<Record<string, Resource>>;

const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));

/** Only the template matters: nothing is bundled. */
const noCode: CodeOf = () => ({ code: Code.fromInline("exports.handler = () => {}"), handler: "index.handler" });

export const newApp = () => new App({ context: { ...context, "aws:cdk:enable-asset-metadata": false } });

export function addDeployment(app: App, input: Partial<DeploymentInput> = {}): AiFinops {
  return new AiFinops(app, parseDeployment({ region: "eu-central-1", ...input }, "test"), noCode);
}

/** The templates of one deployment, as CloudFormation would get them. */
export function deployed(input: Partial<DeploymentInput> = {}): Readonly<Record<StackName, Template>> {
  const { stacks } = addDeployment(newApp(), input);
  const template = (name: StackName) => Template.fromStack(stacks[name]);
  return {
    data: template("data"),
    alerts: template("alerts"),
    lake: template("lake"),
    ingest: template("ingest"),
    monitoring: template("monitoring"),
  };
}

export const resourcesOf = (template: Template, type?: string): Resources =>
  Object.fromEntries(
    Object.entries(template.toJSON().Resources as Resources).filter(
      ([, { Type }]) => type === undefined || Type === type,
    ),
  );

/** A resolved text with its references written as `<…>`. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref, ...rest } = value as Record<string, unknown>;
  if (typeof Ref === "string") return `<${Ref}>`;
  const join = rest["Fn::Join"];
  if (Array.isArray(join)) return join[1].map(textOf).join(join[0]);
  return `<${JSON.stringify(value)}>`;
}
