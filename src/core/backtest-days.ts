import { addDays, daysBetween, monthOf, type UsageDate } from "./time.ts";

/** Of each month: early, and in the middle, when there is still something to be done about its end. */
const daysOfMonth = [1, 10, 15, 20];
const months = 3;
/** With less, a forecast is a mean of few days: not what the method is to be judged by. */
const historyDaysMin = 14;

/** The days as of which the past is forecast at first: of the last three months that are over by `asOf`, oldest first. */
export function backtestDays(asOf: UsageDate, firstSpend: UsageDate): readonly UsageDate[] {
  const days: UsageDate[] = [];
  let month = monthOf(addDays(asOf, 1));
  for (let back = 0; back < months; back++) {
    month = monthOf(addDays(`${month}-01` as UsageDate, -1));
    days.push(...daysOfMonth.map((day) => `${month}-${String(day).padStart(2, "0")}` as UsageDate));
  }
  return days.filter((day) => daysBetween(firstSpend, day) + 1 >= historyDaysMin).sort();
}
