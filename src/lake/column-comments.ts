import type { SpendDimension } from "#core/dimensions.ts";
import { type EventColumn, isMeterColumn, type LandingColumn, type MeterColumn } from "./tables.ts";

type Explained =
  | Exclude<EventColumn | LandingColumn, MeterColumn | SpendDimension>
  | SpendDimension
  | "landed_hour"
  | "entries"
  | "erasure_id"
  | "customer_hash"
  | "erased_at"
  | ForecastColumn;

type ForecastColumn =
  | "run_id"
  | "run_kind"
  | "as_of"
  | "made_at"
  | "scope"
  | "forecast_date"
  | "days_ahead"
  | "history_days"
  | "confidence"
  | Quantile
  | Exclude<`total_${Quantile}`, "total_p50">;
type Quantile = "mean" | "p025" | "p10" | "p50" | "p90" | "p975";

/** What an analyst reads beside a column. Meters need no more than their name: they never overlap. */
const comments: Readonly<Record<Explained, string>> = {
  entry_version: "version of the stored entry",
  key: "unique: source and id of the event, and which adjustment",
  kind: "usage or adjustment",
  source: "who sent the event",
  event_id: "id of the event, unique in its source",
  content_hash: "hash of what was sent",
  event_time: "when the call was made, UTC",
  usage_date: "UTC day of the usage; the partition: name it in every query",
  booked_month: "month in whose books the entry is",
  received_at: "when it was received, UTC",
  key_id: "id of the ingest key it came with",
  team: "owning team, or unallocated",
  feature: "product feature, or unallocated",
  environment: "development, staging or production, or unallocated",
  region: "business region, or unallocated",
  customer_tier: "plan of the customer, or unallocated",
  cost_class: "cogs, rnd, sales_marketing or g_and_a",
  provider: "who sells the model",
  model: "the model that was priced",
  service_tier: "standard, batch, flex, priority or provisioned",
  price_status: "priced, estimated or unpriced",
  policy_status: "ungoverned, approved or unapproved",
  purpose: "customer_facing, internal, evaluation or experiment",
  customer_id: "customer of the call, if one is named",
  tags: "free tags of the sender; read one with element_at",
  requested_model: "the model as the sender named it",
  speed: "standard or fast",
  serving_location: "where the model ran, if it is known",
  response_id: "id of the response at the provider",
  requests: "number of calls; negative in a reversal",
  charges: "JSON list of charges: meter, quantity, unit prices, costs",
  cost: "USD at the price of the company; no value: unpriced",
  list_cost: "USD at the public price; no value: unpriced",
  price_version: "the prices it was rated by",
  disputed: "two public sources differ on its price",
  adjustment_number: "which adjustment of the event",
  adjustment_part: "reversal or rebooking",
  adjustment_request_id: "id of the request for the adjustment",
  adjustment_reason: "why it was adjusted",
  adjustment_by: "who adjusted it",
  shard: "of the change stream, or the import",
  sequence: "place in the shard",
  import_id: "the import it came by, or empty",
  landed_at: "when it was landed, UTC",
  trace: "JSON: which rule, policy or key decided on its attribution, where it was not simply as sent",
  sender_cost: "USD that the sender believes it to have cost; compared, never booked",
  landed_file: "name of the landed file",
  landed_row: "place in the landed file",
  landed_hour: "YYYY-MM-DD-HH, UTC; the partition: name it in every query",
  entries: "number of events and adjustments",
  erasure_id: "id of the erasure",
  customer_hash: "SHA-256 of the id of the customer, in hex",
  erased_at: "what was received up to then forgets the customer, UTC",
  run_id: "the run of the forecast",
  run_kind: "run, or backtest: made later, from the history up to as_of",
  as_of: "last UTC day of the history; the partition: name it in every query",
  made_at: "when the forecast was made, UTC",
  scope: "JSON: the values of each dimension that it is narrowed to; {} is all spend",
  forecast_date: "UTC day that is forecast",
  days_ahead: "1 is the day after as_of",
  history_days: "days of history from the first spend on",
  confidence: "low, medium or high",
  mean: "USD expected on the day",
  p025: "USD; the day costs less in 2.5 of 100 cases",
  p10: "USD; the day costs less in 10 of 100 cases",
  p50: "USD; the mean: the intervals are symmetric until they meet zero",
  p90: "USD; the day costs more in 10 of 100 cases",
  p975: "USD; the day costs more in 2.5 of 100 cases",
  total_mean: "USD expected from the day after as_of up to this day",
  total_p025: "USD of all days up to this one; less in 2.5 of 100 cases",
  total_p10: "USD of all days up to this one; less in 10 of 100 cases",
  total_p90: "USD of all days up to this one; more in 10 of 100 cases",
  total_p975: "USD of all days up to this one; more in 2.5 of 100 cases",
};

/** Without quotes or anything else that a dialect would have to escape. */
export function columnComment(name: string): string | undefined {
  if (isMeterColumn(name)) return "a quantity of its own: meters never overlap";
  return (comments as Readonly<Record<string, string>>)[name];
}
