import * as z from "zod";
import { eventTime } from "./values.ts";

const afterError = "the `next` of the reply before";
const exportError = 'the name of an export under "exports/": 1 to 100 of a-z A-Z 0-9 -';

/** What to land again: the changes that stream consumers gave up on, or, when an export is named, that export. */
export const redriveRequest = z.strictObject(
  {
    after: z.string({ error: afterError }).max(1_024, { error: afterError }).optional(),
    export: z
      .strictObject(
        {
          id: z.string({ error: exportError }).regex(/^[A-Za-z0-9-]{1,100}$/, { error: exportError }),
          received_from: eventTime.optional(),
          received_to: eventTime.optional().meta({ description: "Not included" }),
        },
        { error: "one of id, received_from, received_to" },
      )
      .optional()
      .meta({ description: "An export of the ledger, in the bucket of failures" }),
  },
  { error: "one of after, export" },
);

export const redriveReport = z.object({
  objects: z.int().meta({ description: "Batches that are done, or files of the export read to their end" }),
  changes: z.int().meta({ description: "Entries landed; the merge takes each once" }),
  undecodable: z
    .array(z.object({ id: z.string(), problems: z.array(z.string()) }))
    .meta({ description: "They stay where they are" }),
  remaining: z.int().meta({ description: "Batches or files behind these, counted up to 1,000" }),
  next: z.string().nullable().meta({ description: "To go on with as `after`; null when nothing is behind" }),
});
