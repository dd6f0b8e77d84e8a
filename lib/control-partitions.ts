// Of the control table, by the function that may change what is in them. Adapters name them: src/adapters/aws.

/** Where rules stand, and the outbox. Who judges a rule writes both, together. */
const judged = ["alert-states", "alerts-firing", "alert-handles", "alerts", "alerts-unpublished"];

/** What people decide, through the API. */
export const decidedPartitions = [
  ...["key#*", "keys", "prices", "config", "approvals"],
  ...["adoption-plans", "scenarios"],
  // An alert is acknowledged; an anomaly explained, which resolves its alert.
  ...["anomalies", ...judged],
];

/** Of these a decision may also be that something is no more. */
export const removedPartitions = ["adoption-plans", "scenarios", "alerts-firing"];

/** What a run of the pipeline keeps, counts and finds. */
export const pipelinePartitions = [
  ...["pipeline", "runs", "import#*", "imports-waiting", "erasures", "findings", "sources"],
  ...["lake-budget-spend", "forecasts", "anomalies"],
  ...judged,
];

/** What the evaluation of alerts keeps and finds. */
export const evaluatedPartitions = ["booked-hours", "anomalies", ...judged];
