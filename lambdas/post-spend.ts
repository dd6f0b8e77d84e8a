import { makePostSpend } from "#app/post-spend.ts";
import { clock } from "./shared/clock.ts";
import { consumeStream } from "./shared/consume.ts";
import { countEvents } from "./shared/count-events.ts";
import { spend } from "./shared/stores.ts";

const postSpend = makePostSpend({ spend: spend(), clock });

/** Adds what the ledger accepted to the spend cells. */
export const handler = consumeStream({
  clock,
  consume: async (shard, changes) => {
    await postSpend(shard, changes);
    countEvents(changes, clock());
  },
});
