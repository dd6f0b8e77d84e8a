import { RegionInfo } from "aws-cdk-lib/region-info";
import * as z from "zod";
import { alertEmail, slackDestination, webhookDestination } from "./alert-routes.ts";

/** Retention that CloudWatch Logs takes, in days. */
const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const days = (least: number) => z.int().min(least).max(3_653);
const arn = (service: string, resource: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}.+$`), {
    error: `want arn:aws:${service}:…:${resource}…`,
  });

const regions = new Set(RegionInfo.regions.map(({ name }) => name));
const invocations = z.int().min(1).max(10_000);

const schema = z.strictObject({
  /** Prefix of every name, so that several deployments stand in one account. Buckets carry it: at most 20 characters. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: "want lower-case letters, digits and single hyphens" })
    .min(2)
    .max(20)
    .default("ai-finops"),
  /** When given, a deploy with credentials of another account is refused. */
  account: z
    .string()
    .regex(/^\d{12}$/, { error: "want 12 digits" })
    .optional(),
  region: z.string().refine((name) => regions.has(name), { error: "want an AWS region, such as eu-central-1" }),
  alertEmails: z.array(alertEmail).max(20).default([]),
  /** Channels of Slack, and receivers of signed messages. Their secrets must exist before the deploy. */
  slack: z.array(slackDestination).max(20).default([]),
  webhooks: z.array(webhookDestination).max(20).default([]),
  /** False: everything goes with the stacks, data included. For trials. */
  keepData: z.boolean().default(true),
  retentionDays: z
    .strictObject({
      /** Landed files are read again up to 2 days back, and are what a repair starts from. */
      landing: days(7).default(30),
      results: days(1).default(7),
      /** What a consumer could not process: it must outlive a holiday. */
      failures: days(30).default(90),
      accessLogs: days(1).default(90),
      logs: z
        .number()
        .refine((value) => logDays.includes(value), { error: `want one of ${logDays.join(", ")}` })
        .default(30),
    })
    .prefault({}),
  logLevel: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
  /** A statement that would read more is cancelled by Athena. */
  athenaScanLimitGb: z.int().min(1).max(100_000).default(200),
  throttle: z
    .strictObject({ requestsPerSecond: z.int().min(1).default(1_000), burst: z.int().min(1).default(2_000) })
    .prefault({}),
  /** How long a consumer gathers records before it writes. */
  windowSeconds: z
    .strictObject({ postSpend: z.int().min(0).max(300).default(30), landUsage: z.int().min(0).max(300).default(300) })
    .prefault({}),
  /** "none" for an account whose quota of concurrent executions leaves nothing to reserve (a new one has 10). */
  reservedConcurrency: z
    .union([
      z.literal("none"),
      z.strictObject({
        ingest: invocations.default(100),
        import: invocations.default(20),
        authorize: invocations.default(50),
        read: invocations.default(20),
        control: invocations.default(10),
        operate: invocations.default(5),
        /** At least one for each shard of the ledger's stream. */
        postSpend: invocations.default(50),
        landUsage: invocations.default(50),
      }),
    ])
    .prefault({})
    // Alerts are judged one evaluation after the other.
    .transform(
      (reserved): Partial<Exclude<typeof reserved, "none"> & { evaluateAlerts: number }> =>
        reserved === "none" ? {} : { ...reserved, evaluateAlerts: 1 },
    ),
  customDomain: z
    .strictObject({
      domainName: z
        .string()
        .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, { error: "want a host name, such as finops.example.com" }),
      certificateArn: arn("acm", "certificate/"),
    })
    .optional(),
  customerKeyArn: arn("kms", "key/").optional(),
  permissionsBoundaryArn: arn("iam", "policy/").optional(),
  /** What the deployment itself may cost a month before it says so. */
  ownCostMonthlyUsd: z.number().min(1).default(50),
  /** What `POST /v1/authorize` answers while it cannot read the rules. */
  authorizeWhenUnreachable: z.enum(["allow", "deny"]).default("allow"),
  /** Share of events without a price, in percent, above which an alarm is raised. */
  unpricedPercentMax: z.number().min(0).max(100).default(5),
});

export type DeploymentInput = z.input<typeof schema>;
export type Deployment = z.output<typeof schema>;

/** Types a configuration as it is written; `parseDeployment` checks it. */
export const defineDeployment = (input: DeploymentInput): DeploymentInput => input;

/** A configuration that nothing can be deployed with. Its message is for people. */
export class DeploymentError extends Error {
  override name = "DeploymentError";
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** Each fault's field, what was found there and what is wanted, the deepest of a union's. */
function faultsOf(issues: readonly z.core.$ZodIssue[], input: unknown, path: readonly PropertyKey[] = []): string[] {
  return issues.flatMap((issue) => {
    const here = [...path, ...issue.path];
    if (issue.code === "invalid_union") {
      const deepest = issue.errors.find((errors) => errors.some(({ path: inner }) => inner.length > 0));
      if (deepest !== undefined) return faultsOf(deepest, input, here);
    }
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `${[...here, key].join(".")}: no such field`);
    const found = at(input, here);
    return [`${here.join(".") || "the configuration"}: found ${JSON.stringify(found) ?? "nothing"}, ${issue.message}`];
  });
}

/** Two regions in one configuration: a certificate or key serves only in its own. */
function strangers({ region, account, customDomain, customerKeyArn, permissionsBoundaryArn }: Deployment): string[] {
  const regional = { "customDomain.certificateArn": customDomain?.certificateArn, customerKeyArn };
  const faults = Object.entries(regional).flatMap(([field, value]) =>
    value === undefined || value.split(":")[3] === region ? [] : [`${field}: found "${value}", want one in ${region}`],
  );
  const owned = Object.entries({ ...regional, permissionsBoundaryArn }).flatMap(([field, value]) =>
    value === undefined || account === undefined || value.split(":")[4] === account
      ? []
      : [`${field}: found "${value}", want one of account ${account}`],
  );
  return [...faults, ...owned];
}

/** Each gets what is routed to it once: named twice, it would get everything twice. */
function namedTwice({ alertEmails, slack, webhooks }: Deployment): string[] {
  const named = {
    alertEmails: alertEmails.map(({ address }) => address),
    slack: slack.map(({ secretName }) => secretName),
    webhooks: webhooks.map(({ url }) => url),
  };
  return Object.entries(named).flatMap(([field, names]) =>
    names.flatMap((name, i) =>
      names.indexOf(name) === i ? [] : [`${field}.${i}: found "${name}" a second time, want each once`],
    ),
  );
}

/** The configuration with its defaults. Throws `DeploymentError`, which names each wrong field, what it has and wants. */
export function parseDeployment(input: unknown, path: string): Deployment {
  const parsed = schema.safeParse(input);
  const faults = parsed.success
    ? [...strangers(parsed.data), ...namedTwice(parsed.data)]
    : faultsOf(parsed.error.issues, input);
  if (faults.length > 0)
    throw new DeploymentError(`${path} is wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}
