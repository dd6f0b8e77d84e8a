import type { CostReport } from "#contract/cost-report.ts";
import { moneyForPeople } from "./money-for-people.ts";

/** The sum of a report, and what is to be known of it. */
export function reportTotal(report: CostReport): string {
  const { unallocated, estimated, unpriced, cost_classes } = report;
  const classes = cost_classes.map(({ cost_class, cost_usd }) => `${cost_class} ${moneyForPeople(cost_usd)}`);
  const parts = [
    `unallocated ${moneyForPeople(unallocated.cost_usd)}`,
    `estimated ${moneyForPeople(estimated.cost_usd)}`,
    `unpriced ${unpriced.requests.toLocaleString("en-US")} requests${unpriced.requests > 0 ? ", of unknown cost" : ""}`,
  ];
  return (
    `${report.from} to ${report.to} (UTC): ${moneyForPeople(report.total_cost_usd)} USD, ` +
    `list ${moneyForPeople(report.total_list_cost_usd)} USD\n` +
    `${classes.length > 0 ? `by cost class ${classes.join(", ")}\n` : ""}of which ${parts.join(", ")}`
  );
}
