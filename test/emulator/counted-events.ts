import { setTimeout as sleep } from "node:timers/promises";
import type { AwsTarget } from "../journey/aws-target.ts";
import { until } from "../journey/patience.ts";
import { ask, must } from "../journey/target.ts";
import type { Keys } from "../journey/tell.ts";

const batchSize = 50;
const lanes = 4;
const attemptsMax = 300;
const settleSecondsMax = 240;
/** gpt-4o: 10 USD per million output tokens; in pico-dollars a token. */
const tokenPicoUsd = 10_000_000n;

export interface CountedEvents {
  /** Sends so many more, each batch until it is taken. */
  send(count: number): Promise<void>;
  /** What is wrong with the cells: they have to have what was sent but for these, and its exact cost. */
  faultOf(lost?: ReadonlySet<number>): Promise<string | undefined>;
  /** Waits until nothing is, and that it stays so. */
  demandCells(lost?: ReadonlySet<number>): Promise<void>;
  readonly sent: () => number;
}

interface Report {
  readonly total_cost_usd: string;
  readonly rows: readonly { readonly entries: number }[];
}

function usd(pico: bigint): string {
  const decimals = String(pico % 10n ** 12n)
    .padStart(12, "0")
    .replace(/0+$/, "");
  return `${pico / 10n ** 12n}${decimals === "" ? "" : `.${decimals}`}`;
}

/** The event with the number n has n output tokens: a sum tells which are in it. */
const eventOf = (n: number, time: string) => ({
  ...{ id: `n-${n}`, source: "faults", time, provider: "openai", model: "gpt-4o" },
  meters: { text_output_tokens: n },
  attribution: {
    ...{ team: `team-${n % 7}`, feature: "faults", environment: "production", region: "emea", customer_tier: "pro" },
  },
});

export function countedEvents(aws: AwsTarget, keys: Keys): CountedEvents {
  let sent = 0;
  const time = new Date().toISOString();
  const day = (offset: number) => new Date(Date.parse(time) + offset * 86_400_000).toISOString().slice(0, 10);

  const sendBatch = async (first: number, last: number) => {
    const events = Array.from({ length: last - first + 1 }, (_, i) => eventOf(first + i, time));
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const reply = await ask(aws, keys.sender, "/v1/events", { method: "POST", body: { events } }).catch(
        () => undefined,
      );
      if (reply?.status === 200) return;
      if (reply !== undefined && reply.status < 500 && reply.status !== 207) {
        throw new Error(`a batch is answered ${reply.status}: ${JSON.stringify(reply.body).slice(0, 400)}`);
      }
      await sleep(100);
    }
    throw new Error(`a batch is not taken after ${attemptsMax} attempts`);
  };

  const report = () => {
    const range = `from=${day(-1)}&to=${day(1)}&granularity=daily&group_by=team`;
    return must<Report>(aws, keys.reader, `/v1/reports/cost?${range}&feature=faults`).catch(() => ({
      total_cost_usd: "unavailable",
      rows: [],
    }));
  };

  const faultOf = async (lost: ReadonlySet<number> = new Set()) => {
    const { rows, total_cost_usd: total } = await report();
    const entries = rows.reduce((sum, row) => sum + row.entries, 0);
    const wanted = Array.from({ length: sent }, (_, i) => i + 1).filter((n) => !lost.has(n));
    const cost = usd(wanted.reduce((sum, n) => sum + BigInt(n) * tokenPicoUsd, 0n));
    if (entries === wanted.length && total === cost) return undefined;
    return `the cells have ${entries} entries, ${total} USD; want ${wanted.length}, ${cost} USD`;
  };

  return {
    sent: () => sent,
    send: async (count) => {
      const batches: [number, number][] = [];
      for (let first = sent + 1; first <= sent + count; first += batchSize) {
        batches.push([first, Math.min(sent + count, first + batchSize - 1)]);
      }
      const queue = batches.values();
      const lane = async () => {
        for (const [first, last] of queue) await sendBatch(first, last);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      sent += count;
    },
    faultOf,
    demandCells: async (lost = new Set()) => {
      const patience = { secondsMax: settleSecondsMax };
      await until(
        "the cells",
        () => faultOf(lost),
        (fault) => fault === undefined,
        patience,
      );
      // What would come twice would come by now.
      await sleep(2_000);
      const fault = await faultOf(lost);
      if (fault !== undefined) throw new Error(fault);
    },
  };
}
