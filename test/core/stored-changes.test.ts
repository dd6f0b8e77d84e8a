import { expect, test } from "vitest";
import type { ScenarioChange } from "#core/scenario.ts";
import { changesInTime } from "#core/stored-changes.ts";
import type { Month } from "#core/time.ts";

test("what has begun holds from the first month on, a ramp from where it is; what is beyond the months waits", () => {
  const changes: ScenarioChange[] = [
    { change: "intensity", feature: "chat", from: "2026-12" as Month, percent: 5 },
    { change: "launch", feature: "chat", region: "apac", from: "2026-12" as Month, customers: [1, 2, 3] },
    { change: "launch", feature: "chat", region: "emea", from: "2020-12" as Month, customers: [1, 2] },
    { change: "intensity", feature: "chat", from: "2027-03" as Month, percent: 7 },
    { change: "intensity", feature: "chat", from: "2027-02" as Month, percent: 9 },
  ];
  expect(changesInTime(changes, ["2027-01", "2027-02"] as Month[])).toEqual({
    changes: [
      { change: "intensity", feature: "chat", from: "2027-01", percent: 5 },
      { change: "launch", feature: "chat", region: "apac", from: "2027-01", customers: [2, 3] },
      { change: "launch", feature: "chat", region: "emea", from: "2027-01", customers: [2] },
      { change: "intensity", feature: "chat", from: "2027-02", percent: 9 },
    ],
    places: [0, 1, 2, 4],
    notes: [
      "changes[0] (intensity) was to begin in 2026-12: it is applied from 2027-01 on.",
      "changes[1] (launch) was to begin in 2026-12: it is applied from 2027-01 on.",
      "changes[2] (launch) was to begin in 2020-12: it is applied from 2027-01 on.",
      "changes[3] (intensity) begins in 2027-03, after 2027-02: it is not applied.",
    ],
  });
});
