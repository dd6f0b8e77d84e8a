import type { CatalogCard, CatalogFile, CatalogModel } from "#core/price-book.ts";

/** The file's text: one rate a line, models and rates in a fixed order, so that a refresh reads as a diff. */
export function catalogText(file: CatalogFile): string {
  const models = Object.entries(file.models).map(([name, model]) => ` ${JSON.stringify(name)}: ${modelText(model)}`);
  return [
    `{"provider": ${JSON.stringify(file.provider)},`,
    `"sources": ${JSON.stringify(file.sources)},`,
    `"models": {\n${models.join(",\n")}\n}}\n`,
  ].join("\n");
}

function modelText({ aliases, cards }: CatalogModel): string {
  const others = aliases === undefined ? "" : `"aliases": ${JSON.stringify(aliases)}, `;
  return `{${others}"cards": [${cards.map(cardText).join(", ")}]}`;
}

function cardText({ from, brackets_inclusive, rates, uplifts }: CatalogCard): string {
  const inclusive = brackets_inclusive ? ` "brackets_inclusive": true,` : "";
  const multipliers = uplifts === undefined ? "" : `, "uplifts": ${linesOf(uplifts)}`;
  return `{"from": ${JSON.stringify(from)},${inclusive} "rates": ${linesOf(rates)}${multipliers}}`;
}

function linesOf(items: readonly object[]): string {
  return `[\n${items.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}]`;
}
