/** The dimension of every metric: the name of the deployment. */
export const METRIC_DIMENSION = "Deployment";

/**
 * The custom metrics, each about $0.30 a month while it is written. Events: usage events as they come by the stream, a
 * redelivered one again. UnpricedEvents: those of them that no rate was found for. FailedChanges: attempts at a change
 * that no attempt can process.
 */
export type MetricName = "Events" | "UnpricedEvents" | "FailedChanges";
