import type { Instant } from "#core/time.ts";
import type { Answer } from "./post-json.ts";

const attemptsMax = 3;
/** Longer pauses are the queue's. */
const pauseMaxMs = 5_000;
/** A destination that asks for more is asked again all the same. */
const retryAfterMaxMs = 600_000;

/**
 * - delivered
 * - later: the destination, or the way to it, does not work now
 * - unwelcome: the address or the key is no longer taken; with another one it may be
 * - never: this message will not be taken, however often it is sent
 */
export type Meaning = "delivered" | "later" | "unwelcome" | "never";

export function meaningOf(answer: Answer): Meaning {
  if (answer.kind !== "answered") return "later";
  const { status } = answer;
  if (status >= 200 && status < 300) return "delivered";
  if (status >= 500 || [408, 425, 429].includes(status)) return "later";
  // Slack says 403 and 404 of a webhook that was revoked, and 410 of an archived channel.
  return [401, 403, 404, 410].includes(status) ? "unwelcome" : "never";
}

/** A status, or why there is none, for a log. */
export const reasonOf = (answer: Answer) => {
  if (answer.kind === "answered") return `HTTP ${answer.status}`;
  return answer.kind === "timeout" ? "no answer in time" : answer.code;
};

/** For how long the destination asks to be left alone, in seconds or until a date; undefined when it says nothing. */
export function retryAfterMs(answer: Answer, now: Instant): number | undefined {
  if (answer.kind !== "answered" || answer.retryAfter === null) return undefined;
  const asked = answer.retryAfter.trim();
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), retryAfterMaxMs);
}

/** Before the next attempt; undefined when it is not for this invocation. */
function pauseMs(answer: Answer, attempt: number, now: Instant): number | undefined {
  // It may be at work on it still.
  if (answer.kind === "timeout" || attempt >= attemptsMax) return undefined;
  const ms = retryAfterMs(answer, now) ?? 250 * 2 ** attempt;
  return ms <= pauseMaxMs ? ms : undefined;
}

export interface Patience {
  readonly clock: () => Instant;
  readonly wait: (ms: number) => Promise<void>;
  /** Whether there is time for a pause of so long and an attempt after it. */
  readonly hasTimeFor: (pauseMs: number) => boolean;
}

/** Posts until there is an answer that a short pause would not change, or no time is left. The last answer. */
export async function postPatiently(
  post: () => Promise<Answer>,
  { clock, wait, hasTimeFor }: Patience,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await post();
    if (meaningOf(answer) !== "later") return answer;
    const pause = pauseMs(answer, attempt, clock());
    if (pause === undefined || !hasTimeFor(pause)) return answer;
    await wait(pause);
  }
}
