import type { PipelineDeps } from "#app/run-pipeline.ts";

/** For runs that are looked at for their sums alone: nobody is told, and nothing is expected. */
export const untold: Pick<
  PipelineDeps,
  "judgeAlerts" | "measureBudgets" | "makeForecasts" | "findAnomalies" | "sendSummaries"
> = {
  judgeAlerts: async () => [],
  measureBudgets: async () => undefined,
  makeForecasts: async () => undefined,
  findAnomalies: async () => undefined,
  sendSummaries: async () => undefined,
};
