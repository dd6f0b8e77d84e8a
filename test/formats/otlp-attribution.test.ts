import { describe, expect, test } from "vitest";
import { makeOtlpTraces } from "#api/otlp.ts";
import type { Caller } from "#app/caller.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { attributeMapping, claimedBy, tagsOf } from "#formats/otlp/attribution.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { chatSpan, requestOf } from "./otlp-request.ts";
import type { SpanAttributes } from "./otlp-span.ts";

const mapOf = (attributes: SpanAttributes) => new Map(Object.entries(attributes));

const claimed = (span: SpanAttributes, resource: SpanAttributes = {}, added = {}) =>
  claimedBy(attributeMapping(added), mapOf(span), mapOf(resource));

describe("whom a span is for", () => {
  test("is what it says itself, else what its resource says", () => {
    expect(claimed({ team: "search" }, { "finops.team": "platform", "finops.feature": "chat" })).toEqual({
      team: "search",
      feature: "chat",
    });
  });

  test.each([
    ["finops.team", { "finops.team": "a", custom: "b", team: "c" }, "a"],
    ["the company's own attribute", { custom: "b", team: "c" }, "b"],
    ["a built-in one", { team: "c" }, "c"],
  ])("%s decides", (_, span, team) => expect(claimed(span, {}, { team: ["custom"] })).toEqual({ team }));

  test.each<[string, SpanAttributes]>([
    ["environment", { "deployment.environment.name": "x" }],
    ["environment", { "deployment.environment": "x" }],
    ["team", { "litellm.team.alias": "x", team: "y" }],
    ["team", { "metadata.user_api_key_team_alias": "x", "metadata.team_id": "y" }],
    ["team", { "ai.telemetry.metadata.team": "x" }],
    ["feature", { "traceloop.association.properties.feature": "x" }],
    ["customer_tier", { "ai.telemetry.metadata.customerTier": "x" }],
    ["region", { "finops.region": "x", "cloud.region": "eu-west-1", region: "y" }],
    ["customer_id", { "finops.customer_id": "x" }],
  ])("%s is read from %o", (dimension, span) => expect(claimed(span)).toEqual({ [dimension]: "x" }));

  test.each<[SpanAttributes]>([
    [{ "service.name": "shop", "enduser.id": "u", "customer.id": "c", "cloud.region": "eu-west-1" }],
    [{ "metadata.team_id": "client-chosen", "ai.telemetry.functionId": "f" }],
    [{ "finops.team": "", "finops.feature": "x".repeat(65), "finops.region": "a\u0000b" }],
    [{ "finops.team": "unallocated", "finops.customer_id": "erased", "finops.purpose": "fun" }],
  ])("nothing is read from %o", (span) => expect(claimed(span)).toEqual({}));

  test("a value that cannot be one leaves the decision to the next", () => {
    expect(claimed({ "finops.team": "unallocated", team: " search " }, { "finops.purpose": "internal" })).toEqual({
      team: "search",
      purpose: "internal",
    });
  });
});

test("tags are those of resource and span, whose own go first, at most ten", () => {
  const resource = mapOf({ "finops.tag.release": "1", "finops.tag.squad": "red", "service.name": "shop" });
  expect(tagsOf(mapOf({ "finops.tag.squad": "blue", "finops.tag.try": 2 }), resource)).toEqual({
    release: "1",
    squad: "blue",
    try: "2",
  });
  const many = mapOf(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`finops.tag.t${i}`, "x"])));
  expect(Object.keys(tagsOf(many, resource))).toHaveLength(10);
});

test("the company's attributes hold as soon as its rules do", async () => {
  const seen: UsageEvent[] = [];
  let rules = rulesOf();
  const handle = makeOtlpTraces({
    ingest: async (events) => {
      seen.push(...events);
      return [];
    },
    rules: async () => rules,
  });
  const attributes = [...chatSpan().attributes, { key: "squad", value: { stringValue: "blue" } }];
  const bytes = new TextEncoder().encode(JSON.stringify(requestOf(chatSpan({ attributes }))));
  const send = () => handle({ params: {}, query: {}, body: { mediaType: "application/json", bytes } }, {} as Caller);
  await send();
  rules = rulesOf({ otlp_attributes: { team: ["squad"] } });
  await send();
  // The resource's finops.team is behind whatever the span says.
  expect(seen.map((event) => event.claimed.team)).toEqual(["search", "blue"]);
});
