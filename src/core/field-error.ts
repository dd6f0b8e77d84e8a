/** What is wrong with one field of what was sent, and what to send instead. */
export interface FieldError {
  /** "meters.input_tokens", "events[3].time", "time". */
  readonly path: string;
  /** What was found, shortened to 100 characters: a value of JSON or its kind. */
  readonly found: string;
  /** What is wanted, as a person would say it. */
  readonly wanted: string;
}
