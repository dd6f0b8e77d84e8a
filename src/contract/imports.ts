import * as z from "zod";
import { eventResults } from "./events.ts";
import { replyInstant } from "./values.ts";

const importIdError = 'an import id such as "imp_2023-trace": imp_ and 1 to 60 of a-z A-Z 0-9 _ -';

const importId = z.string({ error: importIdError }).regex(/^imp_[A-Za-z0-9_-]{1,60}$/, { error: importIdError });

const partError = "1 to 64 of a-z A-Z 0-9 _ - .";

/** Several requests may make one import: the same part sent again counts once. */
export const importQuery = z.object({
  import_id: importId.optional(),
  part: z
    .string({ error: partError })
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: partError })
    .optional(),
});

export const importParams = z.object({ id: importId });

/** What could be judged at once; older events are told apart when they are merged. */
export const importResults = eventResults.extend({ import_id: z.string() });

const counts = z.object({ new: z.int(), known: z.int(), conflicting: z.int() });

export const importRecord = z.object({
  import_id: z.string(),
  started_at: replyInstant,
  status: z.enum(["merging", "merged"]).meta({ description: "merging: some events wait for the next pipeline run" }),
  ...counts.shape,
  waiting: z.int().meta({ description: "Events that no pipeline run has merged yet" }),
  rejected: z.int(),
});
