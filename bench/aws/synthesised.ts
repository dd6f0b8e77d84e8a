import { readFileSync } from "node:fs";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AiFinops } from "#lib/ai-finops.ts";
import type { LambdaName } from "#lib/bundle-lambdas.ts";
import { type Deployment, parseDeployment } from "#lib/deployment.ts";

type Properties = Readonly<Record<string, unknown>>;

/** What `deploy` would make with the defaults, as CloudFormation would get it. */
export interface Synthesised {
  readonly deployment: Deployment;
  /** The properties of every resource of a type, in all stacks. */
  ofType(type: string): readonly Properties[];
}

/** A resolved text; a reference in it is written as its name. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref, "Fn::Join": join } = value as {
    readonly Ref?: string;
    readonly "Fn::Join"?: readonly [string, readonly unknown[]];
  };
  return join ? join[1].map(textOf).join(join[0]) : (Ref ?? "reference");
}

export function synthesise(): Synthesised {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  const app = new App({ context });
  const deployment = parseDeployment({ region: "us-east-1" }, "bench");
  const code = { code: Code.fromInline("exports.handler = () => {}"), handler: "index.handler" };
  const { stacks } = new AiFinops(app, deployment, () => code);
  const resources = Object.values<Stack>(stacks).flatMap((stack) =>
    Object.values(
      Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string; Properties: Properties }>,
    ),
  );
  return {
    deployment,
    ofType: (type) => resources.filter(({ Type }) => Type === type).map(({ Properties: properties }) => properties),
  };
}

export function memoryMiBOf({ deployment, ofType }: Synthesised, name: LambdaName): number {
  const found = ofType("AWS::Lambda::Function").find(
    ({ FunctionName }) => FunctionName === `${deployment.name}-${name}`,
  );
  if (typeof found?.MemorySize !== "number") throw new Error(`no function ${name}`);
  return found.MemorySize;
}

export interface StreamReading {
  readonly batchSize: number;
  readonly windowSeconds: number;
}

/** How the event source mapping of a consumer reads the stream. */
export function streamReadingOf({ ofType }: Synthesised, name: "post-spend" | "land-usage"): StreamReading {
  const logical = { "post-spend": "PostSpend", "land-usage": "LandUsage" }[name];
  const found = ofType("AWS::Lambda::EventSourceMapping").find(({ FunctionName }) =>
    textOf(FunctionName).startsWith(logical),
  );
  if (found === undefined) throw new Error(`nothing reads the stream for ${name}`);
  return { batchSize: Number(found.BatchSize), windowSeconds: Number(found.MaximumBatchingWindowInSeconds) };
}
