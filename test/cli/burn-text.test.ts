import { expect, test } from "vitest";
import { burnLines } from "#cli/burn-text.ts";
import type { BudgetBody } from "#contract/budgets.ts";

/** 2 USD an hour, known for so many hours. */
function budget(
  knownHours: number,
  used_up = false,
  used_up_at: string | null = null,
): Parameters<typeof burnLines>[0] {
  const windows = ([1, 24, 168] as const).map((hours): NonNullable<BudgetBody["burn"]>["windows"][number] => {
    const known_hours = Math.min(hours, knownHours);
    return { hours, known_hours, booked_usd: String(2 * known_hours), usd_per_hour: "2", multiple: 2 };
  });
  return { used_up, burn: { even_usd_per_hour: "1", windows, used_up_at, fast: false, slow: false } };
}

const head = "window    booked usd  usd per hour  × even  known hours";

test.each([
  [
    "what is known, where that is less than an hour",
    budget(0.75),
    [
      "window  booked usd  usd per hour  × even  known hours",
      "1 hour        1.50                                0.8",
      "even is 1.00 USD per hour; when it is used up is not known yet: less than 6 hours are known",
    ],
  ],
  [
    "the windows that are known whole, and all that is known",
    budget(12),
    [
      head,
      "1 hour          2.00          2.00     2.0          1.0",
      "24 hours       24.00                               12.0",
      "even is 1.00 USD per hour; not used up in this period at the rate of 24 hours",
    ],
  ],
  [
    "when it is used up",
    budget(12, false, "2026-11-25T00:00:00.000Z"),
    [
      head,
      "1 hour          2.00          2.00     2.0          1.0",
      "24 hours       24.00                               12.0",
      "even is 1.00 USD per hour; used up at 2026-11-25T00:00:00.000Z at the rate of 24 hours",
    ],
  ],
  [
    "that it is used up already",
    budget(168, true),
    [
      head,
      "1 hour          2.00          2.00     2.0          1.0",
      "24 hours       48.00          2.00     2.0         24.0",
      "7 days        336.00          2.00     2.0        168.0",
      "even is 1.00 USD per hour; used up already",
    ],
  ],
  ["that nothing is known", { used_up: false }, ["not known yet"]],
])("a burn rate tells %s", (_, of, lines) => {
  expect(burnLines(of)).toEqual(lines);
});
