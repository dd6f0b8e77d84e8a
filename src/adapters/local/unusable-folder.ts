interface UnusableFolderOptions extends ErrorOptions {
  /** What to do about it. */
  readonly fix: string;
}

/** A data folder that a server cannot work on, or should not. The message and the fix are for people. */
export class UnusableFolder extends Error {
  readonly fix: string;
  constructor(message: string, options: UnusableFolderOptions) {
    super(message, options);
    this.name = "UnusableFolder";
    this.fix = options.fix;
  }
}

export const restoreFix = "restore the whole folder from its backup, or start with an empty folder";
