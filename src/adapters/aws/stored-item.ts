import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as z from "zod";

/** An item of the control table: texts and whole numbers, its version checked and taken off. */
export type StoredItem = Readonly<Record<string, string | number>>;

/** Of every item written now. */
export const itemVersion = 1;

/** Of a partition: what comes before its "#". The rest may be the hash of a token, which belongs into no log. */
export const kindOf = (p: unknown): string => String(p).replace(/#.*$/s, "#…");

const nameOf = ({ p, s }: Readonly<Record<string, unknown>>) => `item p="${kindOf(p)}", s="${s}"`;

function plain(value: AttributeValue): string | number | undefined {
  if (value.S !== undefined) return value.S;
  const number = Number(value.N);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** @throws of an item of another version: it was written by a newer release, and this one would lose what it says */
export function readItem(table: string, { v, ...attributes }: Record<string, AttributeValue>): StoredItem {
  const item: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const read = plain(value);
    if (read === undefined)
      throw new Error(
        `table "${table}": attribute ${name}: found ${JSON.stringify(value)}, want text or a whole number`,
      );
    item[name] = read;
  }
  if (v?.N !== String(itemVersion)) {
    throw new Error(
      `table "${table}": ${nameOf(item)}: found version ${v?.N ?? "none"}, want ${itemVersion}: another release wrote it; deploy that one, or a later one`,
    );
  }
  return item;
}

/** What the item says, by its schema. */
export function parseItem<T>(schema: z.ZodType<T>, item: StoredItem): T {
  const parsed = schema.safeParse(item);
  if (!parsed.success) throw new Error(`control: ${nameOf(item)}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** An attribute whose text is JSON. */
export function jsonText<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("no JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);
}
