/** Where the server says what went wrong: one line of JSON on standard error, with the chain of causes. */
export type FaultLog = (what: string, error: unknown, more?: Readonly<Record<string, string>>) => void;

const causesMax = 5;

function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  for (let cause = error; cause !== undefined && causes.length < causesMax; ) {
    causes.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

export const logFault: FaultLog = (what, error, more = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...more, causes: causesOf(error) })}\n`);
};
