import { expect, test } from "vitest";
import type { StoredFinding } from "#core/finding.ts";
import { findingReadings } from "#core/finding-alert.ts";
import type { PicoUsd } from "#core/money.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";

const now = Date.parse("2026-11-22T12:00:00Z") as Instant;
const finding = (subject: string, changes: Partial<StoredFinding> = {}): StoredFinding => ({
  ...{
    id: `unapproved_model/${subject}/${changes.usageDate}`,
    kind: "unapproved_model",
    subject,
    text: `${subject} was used`,
  },
  ...{ usageDate: "2026-11-21" as UsageDate, cost: (10n ** 12n) as PicoUsd, requests: 2 },
  ...{ since: now, lastSeen: now, resolvedAt: null },
  ...changes,
});
const titles = (...findings: StoredFinding[]) => findingReadings(findings, {}, now).map(({ title }) => title);
const told = (subject: string) => `A model was used without approval: ${subject}`;

test("the days of one subject are one alert, with what they cost together", () => {
  const readings = findingReadings([finding("m"), finding("m", { usageDate: "2026-11-20" as UsageDate })], {}, now);
  expect(readings.map(({ title }) => title)).toEqual([told("m")]);
  expect(readings[0]?.facts).toContainEqual({
    label: "How much",
    value: "2.00 USD, cost classes together, 4 requests on 2026-11-20 to 2026-11-21",
  });
});

test("ten subjects of a kind are told each, those that were found first, and the rest together", () => {
  const models = Array.from({ length: 13 }, (_, i) => `m${String(i).padStart(2, "0")}`);
  const late = finding("a", { since: (now + 1) as Instant });
  expect(titles(late, ...models.map((model) => finding(model)))).toEqual([
    ...models.slice(0, 10).map(told),
    told("4 more"),
  ]);
});

test("what was resolved, and what has not been found for a week, is told no more", () => {
  const old = { usageDate: "2026-11-14" as UsageDate, since: (now - 8 * dayMs) as Instant };
  expect(titles(finding("a", { resolvedAt: now }), finding("b", old), finding("c", { ...old, since: now }))).toEqual([
    told("c"),
  ]);
});

test("it goes to the team whose it is, and names the owner in the registry", () => {
  const registry = { team: { mode: "open", values: [{ id: "search", owner: "Ada" }] } } as const;
  const [reading] = findingReadings([finding("m", { team: "search" })], registry, now);
  expect(reading).toMatchObject({ team: "search", owner: "Ada", severity: "warning", isNotice: false });
});
