import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** A request as an HTTP API hands it over in payload format 2.0, after the example in AWS's documentation. */
const recorded: APIGatewayProxyEventV2 = {
  version: "2.0",
  routeKey: "GET /v1/health",
  rawPath: "/v1/health",
  rawQueryString: "",
  headers: {
    accept: "*/*",
    "content-length": "0",
    host: "abc123.execute-api.eu-central-1.amazonaws.com",
    "user-agent": "curl/8.5.0",
    "x-amzn-trace-id": "Root=1-6745d1a0-0a1b2c3d4e5f60718293a4b5",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  },
  requestContext: {
    accountId: "111122223333",
    apiId: "abc123",
    domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
    domainPrefix: "abc123",
    http: {
      method: "GET",
      path: "/v1/health",
      protocol: "HTTP/1.1",
      sourceIp: "203.0.113.7",
      userAgent: "curl/8.5.0",
    },
    requestId: "JKJaXmPLvHcESHA=",
    routeKey: "GET /v1/health",
    stage: "$default",
    time: "23/Nov/2026:12:00:00 +0000",
    timeEpoch: 1_795_435_200_000,
  },
  isBase64Encoded: false,
};

interface Sent {
  readonly method?: string;
  /** As API Gateway gives it: decoded. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly base64?: boolean;
}

export function gatewayEvent(sent: Sent = {}): APIGatewayProxyEventV2 {
  const { method = "GET", path = "/v1/health", query = "", headers = {}, body, base64 = false } = sent;
  const { requestContext } = recorded;
  return {
    ...recorded,
    rawPath: path,
    rawQueryString: query,
    headers: { ...recorded.headers, ...headers },
    requestContext: { ...requestContext, http: { ...requestContext.http, method, path } },
    ...(body !== undefined && { body }),
    isBase64Encoded: base64,
  };
}
