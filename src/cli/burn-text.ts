import type { BudgetBody } from "#contract/budgets.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { renderTable } from "./output.ts";

type Budget = Pick<BudgetBody, "burn" | "used_up">;

const usd = (amount: string) => `${moneyForPeople(amount)} USD`;

/** Of a rate that is known for less, nothing is extrapolated. */
const projectedHoursMin = 6;
const windowNames = { 1: "1 hour", 24: "24 hours", 168: "7 days" } as const;

function usedUpText({ burn, used_up }: Budget): string {
  if (used_up) return "used up already";
  if (burn?.used_up_at) return `used up at ${burn.used_up_at} at the rate of 24 hours`;
  const isKnown = burn?.windows.every(({ hours, known_hours }) => known_hours >= Math.min(hours, projectedHoursMin));
  return isKnown
    ? "not used up in this period at the rate of 24 hours"
    : `when it is used up is not known yet: less than ${projectedHoursMin} hours are known`;
}

/**
 * How fast a budget is booked to, in lines: of windows that are known whole; then all that is known, where it is less than
 * the longest, without a rate.
 */
export function burnLines(budget: Budget): readonly string[] {
  const { burn } = budget;
  if (burn === undefined) return ["not known yet"];
  const whole = burn.windows.filter(({ hours, known_hours }) => known_hours >= hours);
  const part = burn.windows.find(({ hours, known_hours }) => known_hours < hours);
  const rows = [...whole, ...(part ? [part] : [])].map((window) => {
    const { hours, known_hours, booked_usd, usd_per_hour, multiple } = window;
    const rate = window === part ? {} : { usd_per_hour: moneyForPeople(usd_per_hour), "× even": multiple.toFixed(1) };
    return { window: windowNames[hours], booked_usd, ...rate, known_hours: known_hours.toFixed(1) };
  });
  const table = renderTable(["window", "booked_usd", "usd_per_hour", "× even", "known_hours"], rows);
  return [...table.trimEnd().split("\n"), `even is ${usd(burn.even_usd_per_hour)} per hour; ${usedUpText(budget)}`];
}
