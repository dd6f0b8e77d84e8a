/** Tells the people who run the system: a topic of SNS, or the server's log. */
export interface Notifier {
  /** The subject is one line of at most 100 characters, as email has it. */
  notify(note: { readonly subject: string; readonly text: string }): Promise<void>;
}
