import * as z from "zod";

const PROBLEM_CODES = [
  "bad_request",
  "unauthenticated",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "conflict",
  "too_large",
  "unsupported_media_type",
  "too_many_requests",
  "internal",
  "unavailable",
] as const;

export const fieldError = z
  .object({
    path: z.string().meta({ description: 'The field: "meters.input_tokens", "events[3]", "query.from"' }),
    found: z.string(),
    wanted: z.string(),
  })
  .meta({ id: "FieldError" });

/** Why a request was not done, and what to do about it. */
export const problem = z
  .object({
    error: z.object({
      code: z.enum(PROBLEM_CODES),
      message: z.string(),
      fields: z.array(fieldError).optional(),
      request_id: z.string().optional().meta({ description: "Stands in the server's log beside the cause" }),
    }),
  })
  .meta({ id: "Problem" });

export type Problem = z.output<typeof problem>;
