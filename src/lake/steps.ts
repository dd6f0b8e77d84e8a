/**
 * When a step runs: every time; when rows have landed since the last run (and in the first run of a day, which looks
 * again); when days have changed; when cells have differed from cost_daily for two runs; when an import waits to be
 * counted; when a customer is to be erased (and in the first run of a day, when there
 * was ever one).
 */
export type StepCondition =
  | "always"
  | "landed"
  | "days_changed"
  | "cells_to_repair"
  | "imports_waiting"
  | "erasures_waiting";

interface StatementStep {
  readonly kind: "statement";
  /** The file `sql/<name>.sql`. */
  readonly name: string;
  readonly when: StepCondition;
  /**
   * What is put in: the hours of the landing to read; or the changed days, at most 90 at a time; or these and the days
   * among which their keys are looked for.
   */
  readonly over: "landing_window" | "changed_days" | "changed_keys";
  /** A check: any row is a fault, and the run fails. */
  readonly expect?: "no_rows";
}

interface TaskStep {
  readonly kind: "task";
  readonly name:
    | "publish_erasures"
    | "find_changed_days"
    | "check_cells"
    | "repair_cells"
    | "pack_closed_days"
    | "count_imports"
    | "finish_erasures"
    | "look_for_findings"
    | "measure_budgets"
    | "make_forecasts"
    | "find_anomalies"
    | "send_summaries";
  readonly when: StepCondition;
}

export type PipelineStep = StatementStep | TaskStep;

/** The pipeline, in order. Each step can be run again, from any state that an interrupted run leaves. */
export const PIPELINE: readonly PipelineStep[] = [
  { kind: "task", name: "publish_erasures", when: "erasures_waiting" },
  { kind: "statement", name: "merge_usage_events", when: "landed", over: "landing_window" },
  { kind: "task", name: "find_changed_days", when: "landed" },
  { kind: "statement", name: "erase_usage_events", when: "erasures_waiting", over: "changed_days" },
  { kind: "statement", name: "merge_cost_daily", when: "days_changed", over: "changed_days" },
  { kind: "statement", name: "merge_customer_daily", when: "days_changed", over: "changed_days" },
  { kind: "statement", name: "check_keys_once", when: "days_changed", over: "changed_keys", expect: "no_rows" },
  { kind: "statement", name: "check_totals", when: "days_changed", over: "changed_days", expect: "no_rows" },
  { kind: "task", name: "check_cells", when: "always" },
  { kind: "task", name: "repair_cells", when: "cells_to_repair" },
  { kind: "task", name: "pack_closed_days", when: "always" },
  { kind: "task", name: "count_imports", when: "imports_waiting" },
  { kind: "task", name: "finish_erasures", when: "erasures_waiting" },
  { kind: "task", name: "look_for_findings", when: "always" },
  { kind: "task", name: "measure_budgets", when: "always" },
  { kind: "task", name: "make_forecasts", when: "always" },
  { kind: "task", name: "find_anomalies", when: "always" },
  { kind: "task", name: "send_summaries", when: "always" },
];
