import { placesOf, upliftedPlace } from "./compile-card.ts";
import type { Charge, LedgerEntry } from "./ledger-entry.ts";
import { listRateOf } from "./list-rate.ts";
import type { CatalogCard, CatalogFile } from "./price-book.ts";
import { compileRateTable } from "./rate-table.ts";
import { usageDateOf } from "./time.ts";

function cardOf(file: CatalogFile, entry: LedgerEntry): CatalogCard | undefined {
  const day = usageDateOf(entry.time);
  return file.models[entry.model]?.cards.findLast((card) => card.from === null || card.from <= day);
}

/**
 * The public source of a charge's list price, with its version: "genai-prices 0.2.3 and litellm 1.106.2" when two agree.
 * Undefined when the catalogue of the entry's provider does not have this price (any more).
 */
export function listPriceSource(file: CatalogFile, entry: LedgerEntry, charge: Charge): string | undefined {
  const card = cardOf(file, entry);
  if (card === undefined) return undefined;
  const { serviceTier: tier, speed } = entry;
  const servingLocation = upliftedPlace(placesOf(card), entry.servingLocation);
  const { brackets, thresholds } = compileRateTable(card, [], { tier, speed, servingLocation });
  const bracket = brackets.findIndex((rates) => rates.get(charge.meter)?.listUnitPrice === charge.listUnitPrice);
  if (bracket === -1) return undefined;
  const source = listRateOf(card, charge.meter, tier, thresholds[bracket - 1] ?? 0)?.source;
  const names = source === "both" ? Object.keys(file.sources) : [source ?? ""];
  return names.map((name) => [name, file.sources[name]].join(" ").trim()).join(" and ");
}
