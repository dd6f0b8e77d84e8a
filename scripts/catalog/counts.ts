import type { CatalogFile } from "#core/price-book.ts";
import { readCatalog } from "./catalog-files.ts";

/** Prints how much the catalogue holds, per provider. */
function row({ models }: CatalogFile) {
  const all = Object.values(models);
  const rates = all.flatMap(({ cards }) => cards.flatMap((card) => card.rates));
  return {
    models: all.length,
    aliases: all.flatMap(({ aliases }) => aliases ?? []).length,
    rates: rates.length,
    both: rates.filter(({ source }) => source === "both").length,
    "one source": rates.filter(({ source, disputed }) => source !== "both" && !disputed).length,
    disputed: rates.filter(({ disputed }) => disputed).length,
  };
}

const rows = [...readCatalog().values()].map((file) => ({ provider: file.provider, ...row(file) }));
const sum = (column: "models" | "aliases" | "rates" | "both" | "one source" | "disputed") =>
  rows.reduce((total, counts) => total + counts[column], 0);
const total = {
  models: sum("models"),
  aliases: sum("aliases"),
  rates: sum("rates"),
  both: sum("both"),
  "one source": sum("one source"),
  disputed: sum("disputed"),
};
console.table([...rows, { provider: "all", ...total }]);
