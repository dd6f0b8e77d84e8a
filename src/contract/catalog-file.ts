import * as z from "zod";
import { SERVICE_TIERS, SPEEDS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import type { CatalogFile } from "#core/price-book.ts";

const price = z.string().regex(/^\d{1,24}(\.\d{1,12})?$/, "a decimal string of USD per million units");

const rate = z.strictObject({
  meter: z.enum(METERS),
  tier: z.enum(SERVICE_TIERS),
  above: z.int().nonnegative(),
  usd_per_million: price,
  source: z.string(),
  disputed: z.record(z.string(), price).exactOptional(),
});

const uplift = z.strictObject({
  serving_location: z.string().exactOptional(),
  speed: z.enum(SPEEDS).exactOptional(),
  multiply: price,
  page: z.string(),
});

const card = z.strictObject({
  from: z.iso.date().nullable(),
  brackets_inclusive: z.literal(true).exactOptional(),
  rates: z.array(rate),
  uplifts: z.array(uplift).exactOptional(),
});

const catalogFile = z.strictObject({
  provider: z.string(),
  sources: z.record(z.string(), z.string()),
  models: z.record(
    z.string(),
    z.strictObject({ aliases: z.array(z.string()).exactOptional(), cards: z.array(card).min(1) }),
  ),
});

/** The prices in the text of a catalogue file, which is named after its provider. Throws naming `path` and the field. */
export function parseCatalogFile(
  text: string,
  { path, provider }: { readonly path: string; readonly provider: string },
): CatalogFile {
  const parsed = catalogFile.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path} is not a price catalogue: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.provider !== provider) {
    throw new Error(`${path}: provider is ${JSON.stringify(parsed.data.provider)}, its name says ${provider}`);
  }
  return parsed.data;
}
