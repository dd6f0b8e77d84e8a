import { SubscriptionFilter } from "aws-cdk-lib/aws-sns";
import * as z from "zod";

/** From the least to the worst, as alerts have them. */
const severities = ["info", "warning", "critical"] as const;

/** A subscription's filter has at most 150 combinations of values: 50 teams × 3 severities. */
const teamsMax = 50;

/** Which alerts go there; without either field all do. */
const route = {
  teams: z
    .array(z.string().min(1, { error: "want a team, as events name it" }))
    .min(1, { error: "want at least one team; leave the field out for all" })
    .max(teamsMax)
    .optional(),
  minSeverity: z.enum(severities, { error: `want one of ${severities.join(", ")}` }).optional(),
};

export interface AlertRoute {
  readonly teams?: readonly string[] | undefined;
  readonly minSeverity?: (typeof severities)[number] | undefined;
}

const address = z.email({ error: "want an email address" });
const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, { error: "want the name of a secret: letters, digits and /_+=.@-" });

export const alertEmail = z
  .union([address, z.strictObject({ address, ...route })], {
    error: "want an email address, or { address, teams, minSeverity }",
  })
  .transform((given) => (typeof given === "string" ? { address: given } : given));

/** The secret holds the address of an incoming webhook of Slack. */
export const slackDestination = z.strictObject({ secretName, ...route });

const httpsAddress = z
  .url({ protocol: /^https$/, error: "want an https address" })
  .refine((text) => new URL(text).username === "", { error: "want an address without a user and password" });

/** The secret holds the key that messages are signed with. */
export const webhookDestination = z.strictObject({ url: httpsAddress, secretName, ...route });

/**
 * By the attributes of a message; undefined takes every message. Alarms of CloudWatch have no attributes: whatever the
 * filter, they do not pass it.
 */
export function filterPolicyOf({ teams, minSeverity }: AlertRoute): Record<string, SubscriptionFilter> | undefined {
  if (teams === undefined && minSeverity === undefined) return undefined;
  const least = minSeverity === undefined ? 0 : severities.indexOf(minSeverity);
  return {
    severity: SubscriptionFilter.stringFilter({ allowlist: severities.slice(least) }),
    ...(teams !== undefined && { team: SubscriptionFilter.stringFilter({ allowlist: [...teams] }) }),
  };
}
