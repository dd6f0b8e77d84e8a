type Variable =
  | "ADMIN_KEY_SECRET_ARN"
  | "ALERT_TOPIC_ARN"
  | "API_URL"
  | "ATHENA_WORKGROUP"
  | "AUTHORIZE_WHEN_UNREACHABLE"
  | "AWS_ACCESS_KEY_ID"
  | "AWS_SECRET_ACCESS_KEY"
  | "CONTROL_TABLE"
  | "COPIES_KEPT_DAYS"
  | "DEPLOYMENT"
  | "DESTINATION_KIND"
  | "DESTINATION_SECRET"
  | "DESTINATION_URL"
  | "EVALUATE_FUNCTION"
  | "FAILURES_BUCKET"
  | "GLUE_DATABASE"
  | "LAKE_BUCKET"
  | "LEDGER_TABLE"
  | "POWERTOOLS_METRICS_NAMESPACE"
  | "SPEND_TABLE"
  | "STATE_MACHINE_ARN";

/** A variable that this function stands on. Throws naming the one that is missing or empty. */
export function env(name: Variable): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw new Error(`The environment variable ${name} is ${value === "" ? "empty" : "missing"}: deploy the stack again`);
}
