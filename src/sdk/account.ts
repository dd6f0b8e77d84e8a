import type { FieldError, Report } from "./problem.ts";

/** Of the events given to the meter: recorded = sent + rejected + dropped + pending. */
export interface Stats {
  readonly recorded: number;
  /** In the server's ledger, from now or from before. */
  readonly sent: number;
  /** Refused, also as a conflict with another event of the same id. */
  readonly rejected: number;
  /** For want of memory, or because the meter was closed first. */
  readonly dropped: number;
  readonly pending: number;
}

/** What the server says of one event. */
export interface Result {
  readonly status?: string;
  readonly errors?: readonly FieldError[];
}

/** What became of the events; what went wrong is reported. */
export class Account {
  recorded = 0;
  sent = 0;
  rejected = 0;
  dropped = 0;
  readonly #report: Report;
  /** Why events were last dropped: told once, and not for each. */
  #told: string | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  /** True when the server has judged the event for good. */
  judge(id: string, { status = "", errors = [] }: Result): boolean {
    if (status === "unavailable") return false;
    if (/^(accepted|duplicate|quarantined)$/.test(status)) this.sent++;
    else this.refuse(id, `${status}: ${JSON.stringify(errors)}`, errors, status === "conflict" ? status : "rejected");
    return true;
  }

  refuse(
    id: string,
    why: string,
    errors: readonly FieldError[] = [],
    code: "rejected" | "conflict" = "rejected",
  ): void {
    this.rejected++;
    this.#report({ code, message: `event ${id}: ${why}`, id, errors });
  }

  drop(events: number, why: string): void {
    this.dropped += events;
    if (this.#told !== why) this.#report({ code: "dropped", message: `events lost: ${why}` });
    this.#told = why;
  }
}
