/**
 * How a price was checked: `aws` read on a page of AWS, `others` read on pages that quote AWS, `none` not found, taken
 * from memory of the price list.
 */
type Checked = "aws" | "others" | "none";

interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: string;
  readonly checked: Checked;
}

export const pricesAsOf = "November 2026";

const dynamoDb = "aws.amazon.com/dynamodb/pricing/on-demand";
const cloudWatch = "aws.amazon.com/cloudwatch/pricing";
const s3 = "aws.amazon.com/s3/pricing";
const lambda = "aws.amazon.com/lambda/pricing";
const million = 1e6;

/** us-east-1, on demand, first tier, without any allowance that is free. */
export const PRICES = {
  writeUnit: { usd: 0.625 / million, unit: "write request unit", source: dynamoDb, checked: "others" },
  readUnit: { usd: 0.125 / million, unit: "read request unit", source: dynamoDb, checked: "others" },
  tableStorage: { usd: 0.25, unit: "GB-month of a table", source: dynamoDb, checked: "aws" },
  recovery: { usd: 0.2, unit: "GB-month of point-in-time recovery", source: dynamoDb, checked: "none" },
  httpRequest: {
    usd: 1 / million,
    unit: "HTTP API request, per started 512 KB",
    source: "aws.amazon.com/api-gateway/pricing",
    checked: "aws",
  },
  lambdaRequest: { usd: 0.2 / million, unit: "invocation", source: lambda, checked: "others" },
  lambdaGbSecond: { usd: 0.000_013_333_4, unit: "GB-second on arm64", source: lambda, checked: "others" },
  s3Put: { usd: 0.005 / 1_000, unit: "PUT, LIST", source: s3, checked: "others" },
  s3Get: { usd: 0.0004 / 1_000, unit: "GET", source: s3, checked: "others" },
  s3Storage: { usd: 0.023, unit: "GB-month of S3 Standard", source: s3, checked: "others" },
  athenaByte: {
    usd: 5 / 1024 ** 4,
    unit: "byte scanned by Athena ($5 a TB, at least 10 MB a query)",
    source: "aws.amazon.com/athena/pricing",
    checked: "others",
  },
  stateTransition: {
    usd: 0.025 / 1_000,
    unit: "state transition",
    source: "aws.amazon.com/step-functions/pricing",
    checked: "aws",
  },
  alarmMetric: { usd: 0.1, unit: "metric of an alarm and month", source: cloudWatch, checked: "others" },
  customMetric: { usd: 0.3, unit: "custom metric and month", source: cloudWatch, checked: "others" },
  dashboard: {
    usd: 3,
    unit: "dashboard and month (an account's first three: free)",
    source: cloudWatch,
    checked: "aws",
  },
  logsGb: { usd: 0.5, unit: "GB of logs taken in", source: cloudWatch, checked: "others" },
  secret: {
    usd: 0.4,
    unit: "secret and month",
    source: "aws.amazon.com/secrets-manager/pricing",
    checked: "none",
  },
  queueRequest: {
    usd: 0.4 / million,
    unit: "request to SQS",
    source: "aws.amazon.com/sqs/pricing",
    checked: "others",
  },
  scheduledRun: {
    usd: 1 / million,
    unit: "EventBridge Scheduler invocation",
    source: "aws.amazon.com/eventbridge/pricing",
    checked: "none",
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

/** Billed for a month of 730 hours. */
export const hoursPerMonth = 730;
export const daysPerMonth = hoursPerMonth / 24;
export const gb = 1024 ** 3;
