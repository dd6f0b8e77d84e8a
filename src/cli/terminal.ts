import type { Fetch } from "#contract/client.ts";

/** Everything outside the arguments that a command touches. */
export interface Terminal {
  /** Results: a text, its last line ended. */
  readonly out: (text: string) => void;
  /** Progress, notes and errors. */
  readonly err: (text: string) => void;
  /** A person looks at `err`: a progress bar makes sense. */
  readonly isInteractive: boolean;
  /** A person's answer; undefined where none is there to give one. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
  readonly now: () => number;
}
