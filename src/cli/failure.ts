/** What the process ends with. Scripts rely on these. */
export const exitCodes = {
  ok: 0,
  /** The server refused or failed, or rows of an import were not taken. */
  refused: 1,
  /** The command line is wrong, or a file it names. */
  usage: 2,
  /** No server answers. */
  unreachable: 3,
  /** `finops plan --exit-code`: there are changes. */
  changes: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

interface FailureOptions extends ErrorOptions {
  readonly exitCode: ExitCode;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** An end that is no bug: the message says what happened. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  readonly fix: string | undefined;
  constructor(message: string, options: FailureOptions) {
    super(message, options);
    this.name = "Failure";
    this.exitCode = options.exitCode;
    this.fix = options.fix;
  }
}

export function usageFailure(message: string, fix?: string): Failure {
  return new Failure(message, { exitCode: exitCodes.usage, fix });
}
