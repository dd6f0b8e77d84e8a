import * as z from "zod";
import { ROLES, type Role } from "#core/role.ts";
import { exactAttribution } from "./attribution.ts";
import { dimensionValue, replyInstant, text } from "./values.ts";

const teamsError = "a list of 1 to 50 teams; left out, all of them";
const rateError = "a whole number of requests from 1 to 100000; left out, any number";

const teams = z
  .array(dimensionValue, { error: teamsError })
  .min(1, { error: teamsError })
  .max(50, { error: teamsError })
  .transform((sent) => [...new Set(sent)]);

const reason = text(200).optional().meta({ description: "Why, for the audit log" });

const mayBeConfined: readonly Role[] = ["ingest", "viewer"];

export const newKey = z
  .strictObject(
    {
      name: text(64),
      role: z.enum(ROLES, { error: `one of ${ROLES.join(", ")}` }),
      fixed: exactAttribution.optional().meta({ description: "Wins over what an event says" }),
      defaults: exactAttribution.optional().meta({ description: "Fills what an event leaves out" }),
      teams: teams.optional().meta({ description: "The only teams whose usage it may send and see" }),
      requests_per_second: z
        .int({ error: rateError })
        .min(1, { error: rateError })
        .max(100_000, { error: rateError })
        .optional()
        .meta({ description: "What each serving process takes of it; above it, 429" }),
      reason,
    },
    { error: "one of name, role, fixed, defaults, teams, requests_per_second, reason" },
  )
  .refine(({ role, teams }) => teams === undefined || mayBeConfined.includes(role), {
    path: ["teams"],
    error: `nothing with this role: only a key of role ${mayBeConfined.join(" or ")} may be confined to teams`,
  })
  .refine(({ fixed, teams }) => !fixed?.team || teams === undefined || teams.includes(fixed.team), {
    path: ["fixed", "team"],
    error: "one of `teams`",
  })
  .refine(({ defaults, teams }) => !defaults?.team || teams === undefined || teams.includes(defaults.team), {
    path: ["defaults", "team"],
    error: "one of `teams`",
  });

/** A key as it is kept: never the secret itself. */
const storedKey = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  fixed: z.record(z.string(), z.string()),
  defaults: z.record(z.string(), z.string()),
  teams: z.array(z.string()).nullable(),
  requests_per_second: z.int().nullable(),
  created_at: replyInstant,
  expires_at: replyInstant.nullable(),
  revoked_at: replyInstant.nullable(),
});

export const createdKey = storedKey.extend({ key: z.string().meta({ description: "The secret, shown this once" }) });

export const storedKeys = z.object({ keys: z.array(storedKey) });

export const keyParams = z.object({ id: text(64) });

export const revokeQuery = z.strictObject({ reason }, { error: "one of reason" });

const overlapError = "a whole number of seconds from 0 to 2592000, which is 30 days";

export const rotation = z
  .strictObject(
    {
      overlap_seconds: z
        .int({ error: overlapError })
        .min(0, { error: overlapError })
        .max(2_592_000, { error: overlapError })
        .optional()
        .meta({ description: "The key that is rotated holds for so long beside its successor; a day unless told" }),
      reason,
    },
    { error: "one of overlap_seconds, reason" },
  )
  .optional();

export const rotatedKey = z.object({
  rotated: z.string().meta({ description: "The id of the key that ends" }),
  rotated_expires_at: replyInstant,
  successor: createdKey,
});

export const revokedKey = z.object({ id: z.string(), status: z.literal("revoked") });
