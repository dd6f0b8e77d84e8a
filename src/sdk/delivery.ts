import { Account, type Stats } from "./account.ts";
import { json } from "./json.ts";
import type { Post, Reply } from "./post.ts";
import type { Report } from "./problem.ts";

const batchEventsMax = 100;
const batchMs = 1_000;
const heldMax = 10_000;
const requestMsMax = 10_000;
const exitMsMax = 2_000;
const backoffMs = 500;
const backoffMsMax = 30_000;
const retryAfterMsMax = 120_000;
const closed = "the meter is closed";

/** An event as it will be sent: whatever is sent again has the same id, and counts once. */
interface Held {
  readonly id: string;
  readonly json: string;
  readonly position: number;
}

/**
 * Keeps events until the server has judged each. One request at a time, so that a server in trouble is not met by more.
 * Timers hold the process only while somebody waits for a flush.
 */
export class Delivery {
  readonly #account: Account;
  readonly #post: Post;
  readonly #report: Report;
  /** Each looks whether what it waits for is settled. */
  readonly #flushes = new Set<() => void>();
  #queue: Held[] = [];
  #batchSize = batchEventsMax;
  #failures = 0;
  #isRunning = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Only a wait for a full batch may be cut short: a wait after a failure is for the server's sake. */
  #cutShort: (() => void) | undefined;
  #request: AbortController | undefined;

  constructor(post: Post, report: Report) {
    this.#account = new Account(report);
    this.#post = post;
    this.#report = report;
    process.on("beforeExit", this.#atExit);
  }

  add(id: string, json: string): void {
    const position = this.#account.recorded++;
    if (this.#isClosed) return this.#account.drop(1, closed);
    if (this.#queue.length >= heldMax) return this.#account.drop(1, `${heldMax} are waiting`);
    this.#queue.push({ id, json, position });
    if (!this.#isRunning) void this.#run();
    else if (this.#queue.length >= this.#batchSize) this.#cutShort?.();
  }

  /** It never was fit to be sent. */
  refuse(id: string, why: string): void {
    this.#account.recorded++;
    this.#account.refuse(id, why);
  }

  /** True when all that was added before is settled; false when the time is over first. */
  flush(msMax: number): Promise<boolean> {
    const { recorded, dropped } = this.#account;
    return new Promise((resolve) => {
      const end = (isSettled: boolean) => {
        clearTimeout(deadline);
        this.#flushes.delete(look);
        resolve(isSettled);
      };
      const look = () => {
        const oldest = this.#queue[0]?.position ?? recorded;
        if (oldest >= recorded) end(this.#account.dropped === dropped);
      };
      const deadline = setTimeout(end, msMax, false);
      this.#flushes.add(look);
      this.#timer?.ref();
      this.#cutShort?.();
      look();
    });
  }

  async close(msMax: number): Promise<boolean> {
    process.off("beforeExit", this.#atExit);
    const isSettled = await this.flush(msMax);
    this.#isClosed = true;
    this.#request?.abort();
    this.#timer?.unref();
    if (this.#queue.length > 0) this.#account.drop(this.#queue.length, closed);
    this.#queue = [];
    return isSettled;
  }

  stats(): Stats {
    const { recorded, sent, rejected, dropped } = this.#account;
    return { recorded, sent, rejected, dropped, pending: this.#queue.length };
  }

  /** Nothing is left to do but this. What cannot be delivered now would keep the process for ever. */
  readonly #atExit = () => {
    if (this.#queue.length > 0) void this.close(exitMsMax);
  };

  #pause(ms: number, mayBeCutShort: boolean): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(this.#timer);
        this.#cutShort = undefined;
        resolve();
      };
      if (mayBeCutShort) this.#cutShort = over;
      this.#timer = setTimeout(over, ms);
      if (this.#flushes.size === 0) this.#timer.unref();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let waitMs = 0;
    while (this.#queue.length > 0) {
      if (waitMs > 0) await this.#pause(waitMs, false);
      else if (this.#queue.length < this.#batchSize && this.#flushes.size === 0) await this.#pause(batchMs, true);
      const batch = this.#queue.slice(0, this.#batchSize);
      const body = `{"events":[${batch.map(({ json }) => json).join()}]}`;
      this.#request = new AbortController();
      const reply = batch.length > 0 && (await this.#post("/v1/events", body, requestMsMax, this.#request));
      if (!reply || this.#isClosed) break;
      waitMs = this.#settle(batch, reply);
      for (const look of this.#flushes) look();
    }
    this.#isRunning = false;
  }

  /** Takes from the queue what is judged; how long to wait before the rest is sent again. */
  #settle(batch: readonly Held[], reply: Reply): number {
    const results = json(reply.body).results;
    const isUnreadable = reply.status === 400 || reply.status === 413;
    let left = batch;
    if (Array.isArray(results) && results.length === batch.length) {
      left = batch.filter(({ id }, i) => !this.#account.judge(id, json(results[i])));
    } else if (isUnreadable && batch.length > 1) {
      this.#batchSize = Math.ceil(batch.length / 2);
      return 0;
    } else if (isUnreadable) {
      for (const { id } of batch) this.#account.refuse(id, reply.message);
      left = [];
    }
    this.#queue = [...left, ...this.#queue.slice(batch.length)];
    if (left.length < batch.length) this.#failures = 0;
    if (left.length === 0) {
      this.#batchSize = Math.min(batchEventsMax, this.#batchSize * 2);
      return 0;
    }
    if (this.#failures++ === 0) this.#report({ code: "undelivered", message: reply.message, cause: reply.cause });
    const jitterMs = Math.random() * Math.min(backoffMsMax, backoffMs * 2 ** this.#failures);
    return Math.min(retryAfterMsMax, reply.retryAfterMs) + jitterMs;
  }
}
