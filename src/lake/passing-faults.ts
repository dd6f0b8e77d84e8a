/**
 * Parts of what Athena says of a failed query that is worth another try: another writer was first to commit; too much at
 * once of Athena, Glue or S3; Athena's own trouble. Case does not matter; no character of them means anything in a
 * regular expression.
 */
export const PASSING_FAULTS: readonly string[] = [
  "ICEBERG_COMMIT_ERROR",
  "TooManyRequests",
  "Throttl",
  "SlowDown",
  "Slow Down",
  "reduce your request rate",
  "exhausted resources at this scale factor",
  "NO_NODES_AVAILABLE",
  "SERVER_SHUTTING_DOWN",
  "INTERNAL_ERROR",
  "Internal error",
  "ServiceUnavailable",
  "Service Unavailable",
];
