import * as z from "zod";
import { ROLES } from "#core/role.ts";
import { exactAttribution } from "./attribution.ts";
import { replyInstant, text } from "./values.ts";

export const newKey = z.strictObject(
  {
    name: text(64),
    role: z.enum(ROLES, { error: `one of ${ROLES.join(", ")}` }),
    fixed: exactAttribution.optional().meta({ description: "Wins over what an event says" }),
    defaults: exactAttribution.optional().meta({ description: "Fills what an event leaves out" }),
  },
  { error: "one of name, role, fixed, defaults" },
);

/** A key as it is kept: never the secret itself. */
const storedKey = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  fixed: z.record(z.string(), z.string()),
  defaults: z.record(z.string(), z.string()),
  created_at: replyInstant,
  revoked_at: replyInstant.nullable(),
});

export const createdKey = storedKey.extend({ key: z.string().meta({ description: "The secret, shown this once" }) });

export const storedKeys = z.object({ keys: z.array(storedKey) });

export const keyParams = z.object({ id: text(64) });

export const revokedKey = z.object({ id: z.string(), status: z.literal("revoked") });
