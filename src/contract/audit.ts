import * as z from "zod";
import { AUDIT_ACTIONS } from "#core/audit.ts";
import { replyInstant } from "./values.ts";

const fromError = "the number of an entry, from 1 on";
const limitError = "a whole number from 1 to 1000";

const wholeNumber = (max: number, error: string) =>
  z
    .string({ error })
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.int().min(1, { error }).max(max, { error }));

export const auditQuery = z.strictObject(
  {
    from: wholeNumber(Number.MAX_SAFE_INTEGER, fromError)
      .optional()
      .meta({ description: "The number of the first entry; 1 unless told" }),
    limit: wholeNumber(1_000, limitError).optional().meta({
      description: "Entries at most, 100 unless told; a page may have fewer, and the log ends with an empty one",
    }),
  },
  { error: "one of from, limit" },
);

const auditEntry = z.object({
  number: z.int().meta({ description: "1 for the first one; without gaps" }),
  at: replyInstant,
  by: z.string().meta({ description: 'The id of a key, "pipeline" or "deployment"' }),
  action: z.enum(AUDIT_ACTIONS),
  subject: z.string(),
  from: z.string().nullable().meta({ description: "What it was, as JSON text; null when there was nothing" }),
  to: z.string().nullable().meta({ description: "What it is, as JSON text; null when there is nothing any more" }),
  reason: z.string(),
  previous_hash: z.string(),
  hash: z.string().meta({ description: "SHA-256, base64url, over the number, the hash before and every other field" }),
});

export const auditPage = z.object({ entries: z.array(auditEntry) });

export const auditHead = z.object({
  head: z.object({ number: z.int(), hash: z.string() }).nullable().meta({ description: "Null while the log is empty" }),
});
