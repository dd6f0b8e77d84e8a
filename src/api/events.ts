import type { Caller } from "#app/caller.ts";
import type { makeIngest } from "#app/ingest.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { resultsOf, statusOf } from "./event-results.ts";

export interface EventsDeps {
  readonly ingest: ReturnType<typeof makeIngest>;
}

export const makeSendEvents =
  ({ ingest }: EventsDeps): Handlers<Routes, Caller>["sendEvents"] =>
  async ({ body }, caller) => {
    const results = await resultsOf(body, (events) => ingest(events, caller));
    return { status: statusOf(results), body: results };
  };
