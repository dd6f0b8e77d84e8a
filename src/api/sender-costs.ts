import type { Caller } from "#app/caller.ts";
import type { makeSenderCosts } from "#app/sender-costs.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { daysBetween } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

export interface SenderCostsDeps {
  readonly senderCosts: ReturnType<typeof makeSenderCosts>;
}

const daysMax = 90;

function compared(rows: readonly { readonly ours: PicoUsd; readonly theirs: PicoUsd }[]) {
  const ours = rows.reduce((sum, row) => sum + row.ours, 0n);
  const theirs = rows.reduce((sum, row) => sum + row.theirs, 0n);
  return {
    our_cost_usd: formatUsd(ours as PicoUsd),
    sender_cost_usd: formatUsd(theirs as PicoUsd),
    difference_usd: formatUsd((theirs - ours) as PicoUsd),
  };
}

export const makeSenderCostsHandler =
  ({ senderCosts }: SenderCostsDeps): Handlers<Routes, Caller>["senderCosts"] =>
  async ({ query: { from, to } }) => {
    const days = daysBetween(from, to) + 1;
    if (days < 1 || days > daysMax) {
      const field = { path: "query.to", found: to, wanted: `a day from ${from} on, at most ${daysMax} days in all` };
      const message = "Some fields cannot be taken: each is named with what is wanted.";
      return { status: 400, body: problemOf({ code: "bad_request", message, fields: [field] }) };
    }
    const { rows, isComplete } = await senderCosts(from, to);
    return {
      status: 200,
      body: {
        ...{ from, to },
        rows: rows.map((row) => ({
          ...{ source: row.source, provider: row.provider, model: row.model, events: row.events },
          ...{ differing_events: row.differingEvents, unpriced_events: row.unpricedEvents },
          ...compared([row]),
        })),
        total: compared(rows),
        complete: isComplete,
      },
    };
  };
