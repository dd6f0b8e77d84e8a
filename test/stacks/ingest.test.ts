import { describe, expect, test } from "vitest";
import { routes } from "#contract/routes.ts";
import { deployed, resourcesOf } from "./deployed.ts";

const { ingest } = deployed({ customDomain: undefined, windowSeconds: { postSpend: 30, landUsage: 300 } });

describe("the API", () => {
  test("has the routes of the route table and no others, each to the function that it names", () => {
    const integrations = resourcesOf(ingest, "AWS::ApiGatewayV2::Integration");
    const functionOf = (target: string): string => {
      const integration = integrations[target]?.Properties.IntegrationUri as { "Fn::GetAtt": [string, string] };
      return ingest.toJSON().Resources[integration["Fn::GetAtt"][0]].Properties.FunctionName;
    };
    const served = Object.values(resourcesOf(ingest, "AWS::ApiGatewayV2::Route")).map(({ Properties }) => {
      const target = Properties.Target as { "Fn::Join": [string, [string, { Ref: string }]] };
      return `${Properties.RouteKey} → ${functionOf(target["Fn::Join"][1][1].Ref)}`;
    });
    const wanted = Object.values(routes).map(
      ({ method, path, lambda }) => `${method} ${path} → ai-finops-serve-${lambda}`,
    );
    expect(served.sort()).toEqual(wanted.sort());
  });

  test("throttles, answers no other origin, and logs nothing that is secret", () => {
    const [stage] = Object.values(resourcesOf(ingest, "AWS::ApiGatewayV2::Stage"));
    expect(stage?.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 });
    const log = stage?.Properties.AccessLogSettings as { Format: string } | undefined;
    expect([...(log?.Format ?? "").matchAll(/\$context\.(\w+)/g)].map(([, field]) => field)).toEqual([
      "requestTime",
      "requestId",
      "routeKey",
      "integrationStatus",
      "integrationErrorMessage",
      "status",
      "responseLatency",
      "responseLength",
    ]);
    // As runbooks filter them: `$.status >= 500` is never true of a text.
    const line = (log?.Format ?? "").replace(/\$context\.\w+/g, "503");
    expect(JSON.parse(line)).toMatchObject({ route: "503", status: 503, latencyMs: 503, responseBytes: 503 });
    const [api] = Object.values(resourcesOf(ingest, "AWS::ApiGatewayV2::Api"));
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
  });

  test("a custom domain is its address, with what its DNS record points at", () => {
    const own = deployed({
      customDomain: {
        domainName: "finops.example.com",
        certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
      },
    }).ingest;
    expect(own.findOutputs("ApiUrl").ApiUrl?.Value).toBe("https://finops.example.com");
    expect(Object.keys(own.findOutputs("DomainTarget"))).toEqual(["DomainTarget"]);
  });
});

describe("the functions", () => {
  const functions = Object.values(resourcesOf(ingest, "AWS::Lambda::Function")).map(({ Properties }) => Properties);
  const named = (name: string) => functions.find(({ FunctionName }) => FunctionName === `ai-finops-${name}`);

  test("run on arm64 and the newest LTS of Node, trace nothing, and may not take the whole account", () => {
    expect(functions).toHaveLength(8);
    for (const properties of functions) {
      expect(properties).toMatchObject({ Architectures: ["arm64"], Runtime: "nodejs24.x" });
      expect(properties.TracingConfig).toBeUndefined();
      expect(properties.ReservedConcurrentExecutions).toBeGreaterThan(0);
    }
  });

  test("none is reserved anything where the account has nothing to reserve", () => {
    const small = deployed({ reservedConcurrency: "none" }).ingest;
    for (const { Properties } of Object.values(resourcesOf(small, "AWS::Lambda::Function"))) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
  });

  test("their logs end", () => {
    for (const { Properties } of Object.values(resourcesOf(ingest, "AWS::Logs::LogGroup"))) {
      expect(Properties.RetentionInDays).toBe(30);
    }
  });

  test("each knows what it needs and nothing else", () => {
    const variables = (name: string) =>
      Object.keys((named(name)?.Environment as { Variables: object } | undefined)?.Variables ?? {}).filter(
        (variable) => !/^(LOG_LEVEL|POWERTOOLS_.*|DEPLOYMENT)$/.test(variable),
      );
    expect(variables("post-spend")).toEqual(["SPEND_TABLE", "EVALUATE_FUNCTION"]);
    expect(variables("land-usage")).toEqual(["LAKE_BUCKET"]);
    expect(variables("serve-ingest").sort()).toEqual(["CONTROL_TABLE", "LEDGER_TABLE"]);
    expect(variables("serve-import").sort()).toEqual(["CONTROL_TABLE", "LAKE_BUCKET", "LEDGER_TABLE"]);
  });
});

describe("the consumers of the ledger's stream", () => {
  const mappings = Object.values(resourcesOf(ingest, "AWS::Lambda::EventSourceMapping")).map(
    ({ Properties }) => Properties,
  );

  test("read every insert from the beginning, a shard in order, and give nothing up silently", () => {
    expect(mappings).toHaveLength(2);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        StartingPosition: "TRIM_HORIZON",
        ParallelizationFactor: 1,
        TumblingWindowInSeconds: 900,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1_000,
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      });
      expect(JSON.stringify(mapping.DestinationConfig)).toContain("ai-finops-failures-");
    }
  });

  test("gather for the time configured, and no more than an invocation takes", () => {
    expect(
      mappings.map(({ BatchSize, MaximumBatchingWindowInSeconds }) => [BatchSize, MaximumBatchingWindowInSeconds]),
    ).toEqual([
      [1_000, 30],
      [4_000, 300],
    ]);
  });
});
