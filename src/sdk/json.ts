/** JSON that somebody else has made: every field may be missing, or anything. */
export interface Json {
  readonly [name: string]: unknown;
}

export const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;

export const json = (value: unknown): Json => (isJson(value) ? value : {});

/** Undefined where it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
