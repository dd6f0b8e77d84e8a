import * as z from "zod";

const cursorError = "the `next_cursor` of the page before";

/** What a cursor says: the row that the page before ended with, as JSON text. */
export function cursorOf<T>(place: z.ZodType<T>) {
  return z
    .string({ error: cursorError })
    .max(2_500, { error: cursorError })
    .transform((sent, context): T => {
      try {
        const parsed = place.safeParse(JSON.parse(sent));
        if (parsed.success) return parsed.data;
      } catch {
        // Not even JSON.
      }
      context.issues.push({ code: "custom", message: cursorError, input: sent });
      return z.NEVER;
    })
    .optional();
}
