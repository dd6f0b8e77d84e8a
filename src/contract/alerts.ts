import * as z from "zod";
import { SEVERITIES } from "#core/alert.ts";
import { label, replyInstant, text } from "./values.ts";

const idError = "the id that a message names, its first four characters at least";

/** What people copy from a message, or a program from a reply. */
const alertId = z.string({ error: idError }).trim().min(4, { error: idError }).max(1_000, { error: idError });

const limitError = "a whole number from 1 to 1000";

/** At most 1,000. */
const limit = (byDefault: number) =>
  z
    .string({ error: limitError })
    .regex(/^[1-9]\d{0,3}$/, { error: limitError })
    .transform(Number)
    .refine((sent) => sent <= 1_000, { error: limitError })
    .default(byDefault);

const stateError = "firing or all";

export const alertsQuery = z.strictObject(
  {
    state: z
      .enum(["firing", "all"], { error: stateError })
      .optional()
      .meta({ description: "`firing` unless told otherwise; an alert asked for by its id is shown in any state" }),
    team: label(200).optional(),
    id: alertId.optional(),
    limit: limit(100),
  },
  { error: "the parameters state, team, id and limit" },
);

export const alertMessagesQuery = z.strictObject(
  { team: label(200).optional(), limit: limit(50) },
  { error: "the parameters team and limit" },
);

const told = {
  handle: z.string().meta({ description: "What messages and the command line call it by: eight letters and digits" }),
  kind: z.string(),
  subject: z.string(),
  period: z.string().nullable().meta({ description: 'First and last UTC day, "2026-11-01/2026-11-30"' }),
  threshold: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  team: z.string().nullable().meta({ description: "Null: of the whole company" }),
  owner: z.string().nullable(),
  title: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  since: replyInstant,
};

export const alertState = z
  .object({
    id: z.string(),
    ...told,
    status: z.enum(["firing", "resolved", "told"]).meta({ description: "`told`: a notice, which nothing resolves" }),
    changed_at: replyInstant,
    messages: z.number().meta({ description: "How many were written of it" }),
    acknowledgement: z
      .object({ by: z.string().meta({ description: "The id of a key" }), at: replyInstant, note: z.string() })
      .nullable(),
  })
  .meta({ id: "AlertState" });

export const alertStates = z.object({ alerts: z.array(alertState) });

/** The outbox, newest first. */
export const alertMessages = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      ...told,
      number: z.number().meta({ description: "1 for the first message of its alert, then one more with each" }),
      event: z.enum(["raised", "worsened", "resolved", "told"]),
      at: replyInstant,
      published_at: replyInstant.nullable().meta({ description: "Null while it waits for its channels" }),
    }),
  ),
});

export const acknowledgement = z
  .strictObject({ id: alertId, note: text(500).optional() }, { error: "an object with id and note" })
  .meta({ id: "AlertAcknowledgement" });
