import { Stack, type StackProps } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { Api } from "./api.ts";
import { apiFunctions } from "./api-functions.ts";
import type { DataStack } from "./data-stack.ts";
import type { Deployment } from "./deployment.ts";
import type { CodeOf } from "./node-lambda.ts";
import { streamFunctions } from "./stream-functions.ts";

export interface IngestStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  readonly data: DataStack;
  readonly pipeline: StateMachine;
}

/** The way in: the HTTP API with its functions, and the two consumers of the ledger's stream. */
export class IngestStack extends Stack {
  readonly api: Api;
  readonly postSpend: LambdaFunction;
  readonly landUsage: LambdaFunction;

  constructor(scope: Construct, id: string, props: IngestStackProps) {
    super(scope, id, props);
    this.api = new Api(this, "Api", props.deployment, apiFunctions(this, props));
    ({ postSpend: this.postSpend, landUsage: this.landUsage } = streamFunctions(this, props));
  }
}
