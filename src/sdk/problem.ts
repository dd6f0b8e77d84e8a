/** What the server says of a field that it could not take. */
export interface FieldError {
  readonly path: string;
  readonly found: string;
  readonly wanted: string;
}

/**
 * `rejected`, `conflict`: the server does not take this event; `errors` say why. `dropped`: memory was full, or the meter
 * was closed first. `undelivered`: the server cannot be reached, told once an outage; the events are kept and tried again.
 * `unobserved`: a wrapper could not read what a call used. `unreachable`: no answer to `authorize`.
 */
export interface MeterProblem {
  readonly code: "rejected" | "conflict" | "dropped" | "undelivered" | "unobserved" | "unreachable";
  readonly message: string;
  /** Of the event. */
  readonly id?: string;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

export type Report = (problem: MeterProblem) => void;

/**
 * What somebody's own callback does cannot disturb a call. Without a callback each kind of problem is a warning of the
 * process, once.
 */
export function makeReport(onError: Report | undefined): Report {
  const warned = new Set<string>();
  return (problem) => {
    try {
      if (onError) onError(problem);
      else if (!warned.has(problem.code)) {
        warned.add(problem.code);
        process.emitWarning(problem.message, "AiFinOpsWarning", problem.code);
      }
    } catch {
      // Nobody is left to tell.
    }
  };
}
