import { addDays, eachDay, type Month, monthOf, type UsageDate } from "../time.ts";

const monthPattern = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** "2026-11"; undefined for anything else. */
export function parseMonth(text: string): Month | undefined {
  return monthPattern.test(text) && text >= "0001-01" ? (text as Month) : undefined;
}

export const firstDayOf = (month: Month) => `${month}-01` as UsageDate;

/** Whatever day a month ends on, 31 days after its first it is the next one. */
export function nextMonth(month: Month): Month {
  return monthOf(addDays(firstDayOf(month), 31));
}

export const lastDayOf = (month: Month): UsageDate => addDays(firstDayOf(nextMonth(month)), -1);

export const daysOfMonth = (month: Month): UsageDate[] => eachDay(firstDayOf(month), lastDayOf(month));

/** So many months, from `first` on. */
export function monthsFrom(first: Month, count: number): Month[] {
  const months = [first];
  while (months.length < count) months.push(nextMonth(months.at(-1) as Month));
  return months;
}
