import { makePostSpend } from "#app/post-spend.ts";
import { invokeFunction } from "#aws/invoke-function.ts";
import { clock } from "./shared/clock.ts";
import { consumeStream } from "./shared/consume.ts";
import { countEvents } from "./shared/count-events.ts";
import { env } from "./shared/env.ts";
import { lambdaClient } from "./shared/lambda-client.ts";
import { makeOrderEvaluation } from "./shared/order-evaluation.ts";
import { spend } from "./shared/stores.ts";

const postSpend = makePostSpend({ spend: spend(), clock });
const invoke = invokeFunction({ client: lambdaClient(), functionName: env("EVALUATE_FUNCTION") });
const orderEvaluation = makeOrderEvaluation({ invoke, clock });

/** Adds what the ledger accepted to the spend cells, and has alerts judged by them. */
export const handler = consumeStream({
  clock,
  consume: async (shard, changes) => {
    await postSpend(shard, changes);
    countEvents(changes, clock());
    await orderEvaluation();
  },
});
