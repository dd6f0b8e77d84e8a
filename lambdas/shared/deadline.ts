import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";

// Lambda gives a process one event at a time.
let current: Pick<Context, "getRemainingTimeInMillis"> | undefined;

/** Until Lambda ends the invocation under way. */
export function remainingMs(): number {
  return current?.getRemainingTimeInMillis() ?? 0;
}

export const withDeadline: MiddlewareObj = {
  before: ({ context }) => {
    current = context;
  },
};
