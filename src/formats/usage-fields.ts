import type { FieldError } from "#core/field-error.ts";

/** Bounds the reply to a list of a million bad items. */
const errorsMax = 20;

const countWanted = `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** What was found, in at most 100 characters: a JSON value, or its kind. */
function foundText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value).slice(0, 100);
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

/**
 * Reads the fields of one JSON object of a provider. What is wrong goes to `errors`, which all objects of one usage
 * share, and reads as if it were absent. Null is absent: providers send it for what does not apply. Fields that
 * nobody asks for are ignored.
 */
export class UsageFields {
  readonly path: string;
  readonly errors: FieldError[];
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown, path: string, errors: FieldError[]) {
    this.path = path;
    this.errors = errors;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      this.#fields = value as Record<string, unknown>;
    } else {
      this.#fields = {};
      this.#report(path, value, "an object");
    }
  }

  has(name: string): boolean {
    return (this.#fields[name] ?? null) !== null;
  }

  /** 0 where it is absent. */
  count(name: string): number {
    const value = this.#fields[name] ?? 0;
    if (Number.isSafeInteger(value) && (value as number) >= 0) return (value as number) + 0;
    this.refuse(name, countWanted);
    return 0;
  }

  /** A provider always reports it: without it the object is another format's, and would be billed as nothing. */
  required(name: string): number {
    if (!this.has(name)) this.refuse(name, countWanted);
    return this.count(name);
  }

  /** Undefined where it is absent or no text: texts only inform of tier, place and speed. */
  text(name: string): string | undefined {
    const value = this.#fields[name];
    return typeof value === "string" ? value : undefined;
  }

  /** An empty object where it is absent. */
  object(name: string): UsageFields {
    return new UsageFields(this.#fields[name] ?? {}, `${this.path}.${name}`, this.errors);
  }

  /** An empty list where it is absent. */
  list(name: string): UsageFields[] {
    const value = this.#fields[name] ?? [];
    if (Array.isArray(value)) {
      return value.map((item, i) => new UsageFields(item, `${this.path}.${name}[${i}]`, this.errors));
    }
    this.refuse(name, "a list");
    return [];
  }

  refuse(name: string, wanted: string): void {
    this.#report(`${this.path}.${name}`, this.#fields[name], wanted);
  }

  /** The first thing wrong with a field says it: what follows from it is left out. */
  #report(path: string, value: unknown, wanted: string): void {
    if (this.errors.length >= errorsMax || this.errors.some((error) => error.path === path)) return;
    this.errors.push({ path, found: foundText(value), wanted });
  }

  /**
   * What is left of a total when its disjoint parts are taken out of it. Parts that exceed their total are refused
   * at the total, and leave nothing.
   */
  rest(totalName: string, total: number, parts: number, partNames: string): number {
    if (parts <= total) return total - parts;
    this.refuse(totalName, `at least ${parts}: ${partNames} are part of it`);
    return 0;
  }
}
