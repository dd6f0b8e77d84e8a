import { describe, expect, test } from "vitest";
import { decodeAlert, decodeAlertState, encodeAlert, encodeAlertState } from "#core/alert-codec.ts";
import type { StoredAnomaly } from "#core/anomaly.ts";
import { anomalyReading } from "#core/anomaly-alert.ts";
import { maySee, visibleTo } from "#core/visibility.ts";
import { raised } from "../fakes/alerts.ts";

describe("what a key confined to search may see", () => {
  test.each([
    ["search", { team: ["search"] }, true],
    ["search and more", { team: ["search"], feature: ["chat"] }, true],
    ["search and support", { team: ["search", "support"] }, false],
    ["all spend", {}, false],
    ["a feature", { feature: ["chat"] }, false],
  ])("of %s", (_, scope, expected) => {
    expect(maySee(visibleTo(scope), ["search"])).toBe(expected);
    expect(maySee(visibleTo(scope), undefined)).toBe(true);
  });
});

test("an anomaly of all spend that one team explains goes to that team, and is of the whole company", () => {
  const anomaly = {
    ...{ scope: {}, usageDate: "2026-11-20", cost: 20_000_000_000_000n, expected: 10_000_000_000_000n },
    ...{ excess: 10_000_000_000_000n, state: "new" },
    explanations: [{ dimension: "team", contributors: [{ value: "search", excess: 9_000_000_000_000n }] }],
  } as unknown as StoredAnomaly;
  expect(anomalyReading(anomaly, {})).toMatchObject({ team: "search", visibleTo: null });
  expect(anomalyReading({ ...anomaly, scope: { team: ["search"] } }, {})).toMatchObject({ visibleTo: ["search"] });
});

test("an alert keeps who may see it; one that was stored without is of the whole company", () => {
  const { state, alert } = raised();
  expect(decodeAlertState(encodeAlertState(state))).toEqual(state);
  expect(decodeAlert(encodeAlert(alert))).toEqual(alert);
  const { visibleTo: _, ...old } = JSON.parse(encodeAlertState(state));
  const { visibleTo: __, ...oldAlert } = JSON.parse(encodeAlert(alert));
  expect(decodeAlertState(JSON.stringify(old)).visibleTo).toBeNull();
  expect(decodeAlert(JSON.stringify(oldAlert)).visibleTo).toBeNull();
});
