/** A part that the system stands on cannot be reached or cannot write now. The API answers 503 with Retry-After. */
export class Unavailable extends Error {
  readonly part: string;
  constructor(part: string, options?: ErrorOptions) {
    super(`${part} is unavailable`, options);
    this.name = "Unavailable";
    this.part = part;
  }
}
