import { expect, test } from "vitest";
import { adjustment } from "#contract/adjustments.ts";
import { check } from "#contract/check.ts";
import { usageEvent } from "#contract/events.ts";
import { newKey } from "#contract/keys.ts";

const wanted = "one of team, feature, environment, region, customer_tier, purpose, customer_id";
const key = { name: "checkout", role: "ingest" };

test.each([
  ["what a key fixes", newKey, { ...key, fixed: { teem: "x" } }, { path: "fixed.teem", wanted }],
  ["what a key fills", newKey, { ...key, defaults: { Team: "x" } }, { path: "defaults.Team", wanted }],
  [
    "a key",
    newKey,
    { ...key, default: {} },
    { path: "default", wanted: "one of name, role, fixed, defaults, teams, requests_per_second, reason" },
  ],
  [
    "a correction",
    adjustment,
    { request_id: "r", source: "s", id: "i", reason: "w", correct: { attribution: { costumer_id: "x" } } },
    { path: "correct.attribution.costumer_id", wanted },
  ],
])("a misspelt field of %s is refused", (_, schema, sent, error) => {
  const result = check(schema, sent);
  expect(result.ok ? [] : result.errors).toEqual([expect.objectContaining(error)]);
});

test("an event may say more than it is asked: it is dropped", () => {
  const result = check(usageEvent, {
    ...{ id: "1", source: "s", time: "2026-11-23T10:15:00Z", provider: "openai", model: "m", meters: {} },
    attribution: { team: "search", squad: "blue" },
  });
  expect(result.ok && result.data.attribution).toEqual({ team: "search" });
});
