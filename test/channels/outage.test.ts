import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answer, answeringServer } from "../adapters-aws/answering-server.ts";
import { captureOutput } from "../lambdas/output.ts";
import { type Chance, makeChance } from "../simulation/chance.ts";
import { batchOf, openDelivery, shownId, slackBody, slackPath } from "./delivering.ts";

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => output[Symbol.dispose]());

const minute = 60_000;
/** As the queue of a destination is set up. */
const visibilityMs = 3 * minute;
const receivesMax = 120;

const downAnswers: readonly (Answer | "hang up")[] = [
  { status: 500, body: "rollup_error" },
  { status: 503, headers: { "retry-after": "120" } },
  { status: 429, headers: { "retry-after": "30" }, body: "rate_limited" },
  "hang up",
];

/** Slack, which for an hour is down in every way it can be, and before and after that is sometimes busy. */
function badSlack(chance: Chance, isDown: () => boolean) {
  const shown: string[] = [];
  /** Shown, and the answer lost. */
  const unsaid = new Set<string>();
  const answer = (id: string): Answer | "hang up" => {
    if (chance.happens(0.08)) {
      shown.push(id);
      unsaid.add(id);
      return "hang up";
    }
    if (isDown()) return chance.pick(downAnswers);
    if (chance.happens(0.1)) return { status: 429, headers: { "retry-after": "1" }, body: "rate_limited" };
    shown.push(id);
    return { status: 200, body: "ok" };
  };
  return { shown, unsaid, answer };
}

interface Queued {
  readonly id: string;
  visibleAt: number;
  receives: number;
}

/** SQS with a function behind it: what is not reported as delivered is visible again after a while. */
async function drain(
  queue: Queued[],
  chance: Chance,
  { open, died }: { open: () => ReturnType<typeof openDelivery>; died: (ids: readonly string[]) => void },
) {
  let delivery = open();
  while (queue.length > 0) {
    const { time } = delivery;
    time.now = Math.max(time.now, Math.min(...queue.map(({ visibleAt }) => visibleAt)));
    const batch = queue.filter(({ visibleAt }) => visibleAt <= time.now).slice(0, 1 + chance.below(10));
    for (const message of batch) {
      message.visibleAt = time.now + visibilityMs;
      message.receives++;
    }
    const failed = await delivery.invoke(batchOf(...batch.map(({ id }) => slackBody(id))));
    if (chance.happens(0.05)) {
      // Lambda ends the process before it has told what it did.
      died(batch.map(({ id }) => id));
      delivery = open();
      continue;
    }
    for (const [i, message] of batch.entries()) {
      if (!failed.includes(i)) queue.splice(queue.indexOf(message), 1);
    }
  }
}

test.each([1, 2, 3])(
  "an hour without Slack loses no alert, and repeats only what was not acknowledged (%i)",
  async (seed) => {
    const chance = makeChance(seed);
    const time = { now: 1_795_484_000_000 };
    const [downFrom, downTo] = [time.now + 30 * minute, time.now + 90 * minute];
    const { shown, unsaid, answer } = badSlack(chance, () => time.now > downFrom && time.now < downTo);
    await using server = await answeringServer(({ body }) => answer(shownId(body)));
    const queue = Array.from({ length: 40 }, (_, i) => ({
      id: `alert-${i}`,
      visibleAt: time.now + chance.below(120) * minute,
      receives: 0,
    }));
    const all = [...queue];
    await drain(queue, chance, {
      open: () => openDelivery("slack", `${server.client.endpoint}${slackPath}`, {}, time),
      died: (ids) => {
        for (const id of ids) unsaid.add(id);
      },
    });

    expect(all.filter(({ id }) => !shown.includes(id))).toEqual([]);
    const repeated = new Set(shown.filter((id, i) => shown.indexOf(id) !== i));
    expect([...repeated].filter((id) => !unsaid.has(id))).toEqual([]);
    expect(time.now).toBeGreaterThan(downTo);
    expect(Math.max(...all.map(({ receives }) => receives))).toBeLessThan(receivesMax);
    // It is left alone for as long as it asks: an hour is not a storm of requests.
    expect(server.asked.length).toBeLessThan(10 * all.length);
    expect(output.text()).not.toMatch(/SECRET|services/);
  },
);
