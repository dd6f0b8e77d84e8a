import { earliestLiveDate, earliestOpenDate } from "#core/event-window.ts";
import { addDays, type Instant } from "#core/time.ts";
import type { CostReport, CostReportQuery } from "./cost-report.ts";
import type { SpendStore } from "./ports/spend.ts";

export interface RememberUntouchedDaysDeps {
  readonly costReport: (query: CostReportQuery) => Promise<CostReport>;
  readonly spend: Pick<SpendStore, "generations">;
  readonly clock: () => Instant;
}

/** Days older than the cells change without a sign of it: within so long it is seen. */
const rememberedMs = 10 * 60_000;
const rememberedMax = 64;

/** The same report, asked again of closed days that nothing has been booked to since. */
export function rememberUntouchedDays({ costReport, spend, clock }: RememberUntouchedDaysDeps) {
  const remembered = new Map<string, { readonly report: CostReport; readonly touched: string; readonly at: Instant }>();
  return async (query: CostReportQuery): Promise<CostReport> => {
    const now = clock();
    const openFrom = earliestOpenDate(now);
    if (query.to >= openFrom) return costReport(query);
    const key = JSON.stringify(query);
    const generations = await spend.generations(earliestLiveDate(now), addDays(openFrom, -1));
    const touched = JSON.stringify([openFrom, [...generations].sort()]);
    const known = remembered.get(key);
    if (known?.touched === touched && now >= known.at && now - known.at < rememberedMs) return known.report;
    const report = await costReport(query);
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(key, { report, touched, at: now });
    return report;
  };
}
