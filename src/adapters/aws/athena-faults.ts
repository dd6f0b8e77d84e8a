import { PASSING_FAULTS } from "#lake/passing-faults.ts";

/** What Athena says of a failed query. */
interface QueryError {
  /** 1: Athena itself, 2: the statement or its data, 3: another reason. */
  readonly ErrorCategory?: number | undefined;
  readonly Retryable?: boolean | undefined;
}

const passing = new RegExp(PASSING_FAULTS.join("|"), "i");

/** True when a query that failed for this reason is worth another try. */
export function isPassing(reason: string, error: QueryError | undefined): boolean {
  return error?.Retryable === true || error?.ErrorCategory === 1 || passing.test(reason);
}

export function withoutComments(sql: string): string {
  return sql.replace(/^\s*--.*$/gm, "").trim();
}

/** A statement that may be run twice: a query, or a write that finds nothing left to do. */
export function isRepeatable(sql: string): boolean {
  return /^(?:with|select|merge|create (?:external )?table if not exists)\b/i.test(withoutComments(sql));
}
