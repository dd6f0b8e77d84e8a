import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer is good; says the last one when time is up. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  isGood: (answer: T) => boolean,
  { secondsMax, everyMs = 500 }: { readonly secondsMax: number; readonly everyMs?: number },
): Promise<T> {
  const end = Date.now() + secondsMax * 1_000;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${secondsMax} s; last: ${JSON.stringify(answer)}`);
    await sleep(everyMs);
  }
}
