import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Route } from "#contract/route.ts";
import { routes } from "#contract/routes.ts";
import { acknowledge } from "./acknowledge.ts";
import type { Deployment } from "./deployment.ts";

/** Who serves which routes, as the route table names them. */
export type ApiLambda = Route["lambda"];

/** What a line of the access log has: no address, no header, no path with an id in it, and so no secret. */
const accessLogTexts = {
  at: "$context.requestTime",
  requestId: "$context.requestId",
  route: "$context.routeKey",
  integrationStatus: "$context.integrationStatus",
  integrationError: "$context.integrationErrorMessage",
};

/** Every answer has them, so they stand without quotes: a filter like `$.status >= 500` takes numbers alone. */
const accessLogNumbers = {
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  responseBytes: "$context.responseLength",
};

const accessLogFormat = JSON.stringify({ ...accessLogTexts, ...accessLogNumbers }).replace(
  /"(\$context\.(?:status|responseLatency|responseLength))"/g,
  "$1",
);

/** The HTTP API: a route for each line of the route table, to the function that the line names. */
export class Api extends Construct {
  readonly httpApi: HttpApi;
  readonly url: string;
  /** What the custom domain has to point at, when there is one. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, deployment: Deployment, functions: Readonly<Record<ApiLambda, IFunction>>) {
    super(scope, id);
    const { name, retentionDays, throttle, customDomain } = deployment;
    this.httpApi = new HttpApi(this, "HttpApi", {
      apiName: name,
      description: `AI FinOps ${name}`,
      createDefaultStage: false,
    });
    const integrations = new Map<string, HttpLambdaIntegration>();
    for (const [routeName, { method, path, lambda }] of Object.entries<Route & { lambda: ApiLambda }>(routes)) {
      const integration =
        integrations.get(lambda) ??
        new HttpLambdaIntegration(`To-${lambda}`, functions[lambda], { timeout: Duration.seconds(29) });
      integrations.set(lambda, integration);
      const added = this.httpApi.addRoutes({ path, methods: [HttpMethod[method]], integration });
      for (const route of added) {
        acknowledge(route, {
          "AwsSolutions-APIG4": `${routeName}: the function authenticates. An authorizer would answer 403 for 401, hold a revoked key for its cache's time and cost a second invocation.`,
        });
      }
    }

    const logGroup = new LogGroup(this, "AccessLog", {
      logGroupName: `/aws/apigateway/${name}`,
      retention: retentionDays.logs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(accessLogFormat),
      },
    });
    this.url = this.httpApi.apiEndpoint;
    if (customDomain === undefined) return;
    const domainName = new DomainName(this, "Domain", {
      domainName: customDomain.domainName,
      certificate: Certificate.fromCertificateArn(this, "Certificate", customDomain.certificateArn),
    });
    new ApiMapping(this, "Mapping", { api: this.httpApi, domainName, stage });
    this.url = `https://${customDomain.domainName}`;
    this.domainTarget = domainName.regionalDomainName;
  }
}
