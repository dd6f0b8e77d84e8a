import type { Meters, UsageFormat } from "./usage-event.ts";

/** What a wrapper has seen of one call. */
export interface Seen {
  readonly model: string;
  readonly usage?: object;
  readonly usage_format?: UsageFormat;
  readonly meters?: Meters;
  readonly quantities_estimated?: true;
  readonly response_id?: string;
  readonly service_tier?: string;
}

/** Reads the answer to one call, in one piece or chunk by chunk, and tells what it used. Never throws. */
export interface Tally<T> {
  /** What the caller is to see of it: undefined for nothing. */
  see(part: T): T | undefined;
  /** There is no more, however it ended. */
  end(): void;
}

const charactersPerToken = 4;

/** What is no text of a prompt or an answer. */
const notText = /^(type|role|id|.*_id|.*url|data|signature)$/;

/** Characters of all texts in it. It is what JSON can be: a tree. */
export function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, part]) => sum + (notText.test(name) ? 0 : textLength(part)), 0);
}

/** A guess: for English and code, four characters make a token. */
export const tokensOf = (characters: number): number => Math.ceil(characters / charactersPerToken);

/**
 * What the server takes of a call's id and tier, since anything else would cost the event: ids of up to 500 characters,
 * and the tiers it knows. Standard prices are the nearest to any other.
 */
export const marksOf = (id: unknown, tier: unknown): Pick<Seen, "response_id" | "service_tier"> => ({
  ...(/^.{1,500}$/.test(`${id ?? ""}`) && { response_id: `${id}` }),
  ...(/^(auto|default|flex|priority|scale)$/.test(`${tier}`) && { service_tier: `${tier}` }),
});
