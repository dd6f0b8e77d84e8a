import { totalUsd, usdOf } from "./cost-line.ts";
import { destinationLines } from "./evaluation-cost.ts";
import { dashboardLine, idleLines, machineRuns } from "./fixed-cost.ts";
import type { Measured } from "./measure.ts";
import type { Synthesised } from "./synthesised.ts";
import { printLines, usd, wanted } from "./tables.ts";

const mostUsd = 3;

export function printIdle(synthesised: Synthesised, { evaluation }: Measured): void {
  console.log("\n## A month in which nobody sends anything\n");
  const lines = idleLines(synthesised, evaluation.idle);
  printLines(lines, 0.005);
  const { skipped, busy, upkeep } = machineRuns(synthesised);
  console.log(
    `\nTransitions: ${skipped.transitions} of a run that finds nothing, ${busy.transitions} of one that merges, ${upkeep.transitions} of the upkeep.`,
  );
  const dashboard = usdOf(dashboardLine(synthesised));
  console.log(
    `The dashboard costs nothing as one of an account's first three; beyond them ${usd(dashboard, 2)}, together ${usd(totalUsd(lines) + dashboard, 2)}.`,
  );
  wanted("idle a month", totalUsd(lines), mostUsd);
  console.log("\n## A Slack channel or a webhook, a month\n");
  printLines(destinationLines(), 0);
}
