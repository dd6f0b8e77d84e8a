import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { LambdaName } from "./bundle-lambdas.ts";
import type { Deployment } from "./deployment.ts";
import { allowKey } from "./encryption.ts";
import { functionName } from "./names.ts";

/** Where a function's code comes from: `bundledCode`, or a stand-in where only the template matters. */
export type CodeOf = (name: LambdaName) => { readonly code: Code; readonly handler: string };

export interface NodeLambdaProps {
  readonly name: LambdaName;
  /** Of several functions with the same code: which. */
  readonly instance?: string;
  readonly description: string;
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
}

/**
 * A function of `lambdas/`. Its role may write its own log and nothing else until something is allowed. No X-Ray: a
 * trace costs more than the invocation it traces.
 */
export class NodeLambda extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodeLambdaProps) {
    super(scope, id);
    const { name, instance, deployment, reservedConcurrency } = props;
    const fullName = functionName(deployment, instance === undefined ? name : `${name}-${instance}`);
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${fullName}`,
      retention: deployment.retentionDays.logs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [logGroup.logGroupArn],
      }),
    );
    allowKey(role, deployment);
    this.function = new LambdaFunction(this, "Function", {
      ...props.codeOf(name),
      functionName: fullName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(props.timeoutSeconds),
      role,
      logGroup,
      tracing: Tracing.DISABLED,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      environment: {
        LOG_LEVEL: deployment.logLevel,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        DEPLOYMENT: deployment.name,
        ...props.environment,
      },
    });
  }
}

export const metricsNamespace = "AiFinops";
