import type { SentEvent } from "#contract/events.ts";
import type { KeyName, Step } from "./story.ts";

const year = 366 * 86_400_000;

function refused(name: string, status: number, code: string, request: Partial<Step>): Step {
  return { name, as: "sender", method: "POST", path: "/v1/events", ...request, wanted: { status, "error.code": code } };
}

/** The one event of the request is rejected, and the error names this field. */
function rejected(name: string, field: string, event: object): Step {
  const wanted = { status: 400, rejected: 1, "results.0.errors.0.path": field };
  return { name, as: "sender", method: "POST", path: "/v1/events", body: event, wanted };
}

const read = (name: string, as: KeyName, path: string, status: number, code: string): Step =>
  refused(name, status, code, { as, method: "GET", path });

/** Each kind of mistake that docs/api.md promises an answer to. */
export function badInput(event: SentEvent, yesterday: string): Step[] {
  const { meters: _, usage: __, usage_format: ___, ...bare } = event;
  const late = new Date(Date.parse(event.time as string) - year).toISOString();
  const report = `/v1/reports/cost?from=${yesterday}&to=${yesterday}`;
  return [
    rejected("a total instead of a meter", "meters.input_tokens", { ...bare, id: "b1", meters: { input_tokens: 5 } }),
    rejected("neither meters nor usage", "meters", { ...bare, id: "b2" }),
    rejected("a quantity that is not whole", "meters.text_output_tokens", {
      ...{ ...bare, id: "b3", meters: { text_output_tokens: 1.5 } },
    }),
    rejected("a time past the live window", "time", { ...event, id: "b4", time: late }),
    rejected("a time in the future", "time", { ...event, id: "b5", time: "2099-01-01T00:00:00Z" }),
    rejected("a purpose that is none", "attribution.purpose", {
      ...{ ...event, id: "b6", attribution: { purpose: "sales" } },
    }),
    refused("no JSON", 400, "bad_request", { body: "{" }),
    refused("not gzip", 400, "bad_request", { body: "{}", headers: { "content-encoding": "gzip" } }),
    refused("another encoding", 415, "unsupported_media_type", { body: "{}", headers: { "content-encoding": "br" } }),
    refused("another media type", 415, "unsupported_media_type", {
      body: "a,b",
      headers: { "content-type": "text/csv" },
    }),
    refused("no key", 401, "unauthenticated", { as: "nobody", body: event }),
    refused("a key that may only read", 403, "forbidden", { as: "reader", body: event }),
    { ...read("no such path", "reader", "/v1/nothing", 404, ""), wanted: { status: 404 }, isGateways: true },
    read("a sender that wants to read", "sender", report, 403, "forbidden"),
    read("no such dimension", "reader", `${report}&group_by=colour`, 400, "bad_request"),
    read("a day that is none", "reader", "/v1/reports/cost?from=2026-02-30&to=2026-03-01", 400, "bad_request"),
    read("no such import", "reader", "/v1/imports/imp_nothing", 404, "not_found"),
    read("no such event", "reader", "/v1/explanations?source=azure-trace&id=nothing", 404, "not_found"),
    refused("an adjustment of nothing", 400, "bad_request", { as: "finops", path: "/v1/adjustments", body: {} }),
    refused("a key without a role", 400, "bad_request", { as: "admin", path: "/v1/keys", body: { name: "x" } }),
  ];
}
