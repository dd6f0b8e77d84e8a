import type { Removed } from "#app/audited-change.ts";
import { problemOf } from "./refusal.ts";

/** How a removal ended, of a scenario or a plan alike. */
export function removedReply(what: string, id: string, { status }: Removed) {
  switch (status) {
    case "removed":
      return { status: 200, body: { id, removed: true } } as const;
    case "unknown": {
      const body = problemOf({ code: "not_found", message: `There is no ${what} ${id}.` });
      return { status: 404, body } as const;
    }
    case "moved": {
      const message = `The ${what} ${id} was changed at this moment: look at it, and remove it again.`;
      return { status: 409, body: problemOf({ code: "conflict", message }) } as const;
    }
    default:
      return status satisfies never;
  }
}
