import * as z from "zod";

/** Described loosely: the protocol's own definition is the one that holds. */
const otlpRequest = (list: string) =>
  z.looseObject({ [list]: z.array(z.looseObject({})).optional() }).meta({ externalDocs: { url: protocolUrl } });

const protocolUrl = "https://opentelemetry.io/docs/specs/otlp/";

const protobufRequest = z.string().meta({ format: "binary", externalDocs: { url: protocolUrl } });

const accepts = (list: string) => ({
  "application/x-protobuf": protobufRequest,
  "application/json": otlpRequest(list),
});

export const tracesRequest = accepts("resourceSpans");
export const metricsRequest = accepts("resourceMetrics");

const errorMessage = z.string().optional().meta({ description: "Why, or what the sender should know" });

export const tracesReply = z
  .object({ partialSuccess: z.object({ rejectedSpans: z.string().optional(), errorMessage }).optional() })
  .meta({ id: "ExportTraceServiceResponse" });

export const metricsReply = z
  .object({ partialSuccess: z.object({ rejectedDataPoints: z.string().optional(), errorMessage }).optional() })
  .meta({ id: "ExportMetricsServiceResponse" });

/** google.rpc.Status */
export const rpcStatus = z.object({ code: z.int(), message: z.string() }).meta({ id: "RpcStatus" });
