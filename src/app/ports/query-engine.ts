/** A value that may stand in a statement: text, whole number, or null. Decimals travel as text. */
export type QueryValue = string | number | bigint | null;

/** Decimals arrive as text, whole numbers as bigint, dates as "YYYY-MM-DD", timestamps as RFC 3339 text. */
export type QueryRow = Readonly<Record<string, QueryValue>>;

/** Runs the files of `sql/`: Athena, or DuckDB on one machine. */
export interface QueryEngine {
  /**
   * Runs `sql/<statement>.sql`. `parameters` fill its `?` in order (not in MERGE); `substitutions` fill its `{{name}}`
   * and may only be dates, `YYYY-MM-DD-HH` hours, or lists of them, which the engine checks.
   */
  run(
    statement: string,
    options?: {
      readonly parameters?: readonly QueryValue[];
      readonly substitutions?: Readonly<Record<string, string | readonly string[]>>;
    },
  ): Promise<readonly QueryRow[]>;
}
