import type { Problem } from "#contract/problem.ts";
import type { FieldError } from "#core/field-error.ts";

type ProblemCode = Problem["error"]["code"];

export const STATUS_OF = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ProblemCode, number>;

/** Why a request is not done, and what would make it right. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fields?: readonly FieldError[];
  readonly requestId?: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function refuse(code: ProblemCode, message: string, fields?: readonly FieldError[]) {
  return { ok: false, refusal: { code, message, ...(fields && { fields }) } } as const;
}

export function problemOf({ code, message, fields, requestId }: Refusal): Problem {
  return {
    error: {
      code,
      message,
      ...(fields && { fields: [...fields] }),
      ...(requestId !== undefined && { request_id: requestId }),
    },
  };
}
