import type { Budget } from "./config.ts";
import { addDays, startOfDay, type UsageDate } from "./time.ts";

/** UTC days, both included. */
export interface Period {
  readonly from: UsageDate;
  readonly to: UsageDate;
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/** Days since Monday. */
function weekdayOf(date: UsageDate): number {
  return (new Date(startOfDay(date)).getUTCDay() + 6) % 7;
}

function firstOfMonth(year: number, monthIndex: number): UsageDate {
  return new Date(Date.UTC(year, monthIndex, 1)).toISOString().slice(0, 10) as UsageDate;
}

/** The period of a budget that a day is in. Weeks begin on Monday, quarters and years with those of the calendar. */
export function budgetPeriod(period: Budget["period"], date: UsageDate): Period {
  switch (period) {
    case "day":
      return { from: date, to: date };
    case "week": {
      const from = addDays(date, -weekdayOf(date));
      return { from, to: addDays(from, 6) };
    }
    case "month":
    case "quarter":
    case "year": {
      const months = monthsOf[period];
      const year = Number(date.slice(0, 4));
      const monthIndex = Number(date.slice(5, 7)) - 1;
      const first = monthIndex - (monthIndex % months);
      return { from: firstOfMonth(year, first), to: addDays(firstOfMonth(year, first + months), -1) };
    }
    default:
      return period satisfies never;
  }
}
