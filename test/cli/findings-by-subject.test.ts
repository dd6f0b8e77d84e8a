import { expect, test } from "vitest";
import { bySubject } from "#cli/findings-by-subject.ts";

const finding = (subject: string, usage_date: string | null, cost_usd: string | null, resolved_at: string | null) => ({
  ...{ id: `${subject}/${usage_date}`, kind: "unapproved_model" as const, subject, usage_date, cost_usd, resolved_at },
  ...{ text: `${subject} on ${usage_date}`, requests: 2, last_seen: "2026-11-23T00:00:00.000Z" },
  since: "2026-11-22T10:00:00.000Z",
});

test("findings of several days are one line a subject: what stands first, the dearest first", () => {
  const lines = bySubject([
    finding("old", "2026-11-02", "9", "2026-11-20T00:00:00.000Z"),
    finding("a", "2026-11-21", "0.5", null),
    finding("b", "2026-11-20", "3", null),
    finding("a", "2026-11-19", "0.25", null),
    finding("c", null, null, null),
  ]);
  expect(
    lines.map(({ subject, days, first_day, last_day, cost_usd, state }) => [
      subject,
      days,
      first_day,
      last_day,
      cost_usd,
      state,
    ]),
  ).toEqual([
    ["b", 1, "2026-11-20", "2026-11-20", "3", "stands"],
    ["a", 2, "2026-11-19", "2026-11-21", "0.75", "stands"],
    ["c", 1, null, null, null, "stands"],
    ["old", 1, "2026-11-02", "2026-11-02", "9", "resolved"],
  ]);
  expect(lines[1]).toMatchObject({ requests: 4, text: "a on 2026-11-21" });
});
