import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SERVICE_TIERS, SPEEDS } from "#core/dimensions.ts";
import { isMeter } from "#core/meters.ts";
import type { CatalogCard, CatalogFile } from "#core/price-book.ts";

const folder = new URL("../../catalog/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const files = names.map((name) => ({
  name,
  file: JSON.parse(readFileSync(new URL(name, folder), "utf8")) as CatalogFile,
}));

/** A plain decimal of at most twelve places, without needless zeros. */
const DECIMAL = /^(0|[1-9]\d*)(\.\d{0,11}[1-9])?$/;
const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

function everyCard(visit: (card: CatalogCard, where: string) => string | undefined): string[] {
  return files.flatMap(({ file }) =>
    Object.entries(file.models).flatMap(([model, { cards }]) =>
      cards.flatMap((card) => visit(card, `${file.provider} ${model} from ${card.from}`) ?? []),
    ),
  );
}

describe("catalog/", () => {
  test("has no two models of a provider that differ only in case: a name is found in any", () => {
    for (const { file } of files) {
      const names = Object.entries(file.models).flatMap(([model, { aliases = [] }]) =>
        [model, ...aliases].map((name) => ({ name: name.toLowerCase(), exact: name, model })),
      );
      const models = Map.groupBy(names, ({ name }) => name);
      const alike = [...models.values()].filter(
        (same) => new Set(same.map(({ exact }) => exact)).size > 1 && new Set(same.map(({ model }) => model)).size > 1,
      );
      expect(alike).toEqual([]);
    }
  });

  test("has the providers that were promised, each in the file of its OpenTelemetry name", () => {
    expect(files.map(({ name, file }) => name === `${file.provider}.json`)).not.toContain(false);
    expect(names).toEqual(
      expect.arrayContaining([
        "anthropic.json",
        "aws.bedrock.json",
        "azure.ai.openai.json",
        "cohere.json",
        "deepseek.json",
        "fireworks_ai.json",
        "gcp.gemini.json",
        "gcp.vertex_ai.json",
        "groq.json",
        "mistral_ai.json",
        "openai.json",
        "perplexity.json",
        "together_ai.json",
        "x_ai.json",
      ]),
    );
  });

  test("every rate has a known meter and tier, a whole threshold, a decimal price and a source", () => {
    const odd = everyCard((card, where) => {
      const wrong = card.rates.find(
        ({ meter, tier, above, usd_per_million, source }) =>
          !isMeter(meter) ||
          !SERVICE_TIERS.includes(tier) ||
          !Number.isSafeInteger(above) ||
          above < 0 ||
          !DECIMAL.test(usd_per_million) ||
          !["both", "litellm", "genai-prices"].includes(source),
      );
      return wrong && `${where}: ${JSON.stringify(wrong)}`;
    });
    expect(odd).toEqual([]);
  });

  test("a card has one rate for each meter, tier and threshold, and at least one", () => {
    const doubled = everyCard(({ rates }, where) => {
      const places = rates.map(({ meter, tier, above }) => `${meter} ${tier} ${above}`);
      return places.length === 0 || new Set(places).size < places.length ? where : undefined;
    });
    expect(doubled).toEqual([]);
  });

  test("a rate above a threshold stands beside a base rate of the same meter", () => {
    const baseless = everyCard(({ rates }, where) =>
      rates.some((rate) => rate.above > 0 && !rates.some((base) => base.meter === rate.meter && base.above === 0))
        ? where
        : undefined,
    );
    expect(baseless).toEqual([]);
  });

  test("a disputed rate keeps both figures, which differ, and uses that of its source", () => {
    const odd = everyCard(({ rates }, where) => {
      const wrong = rates.find(({ disputed, usd_per_million, source }) => {
        if (disputed === undefined) return false;
        const figures = Object.values(disputed);
        return (
          new Set(figures).size !== 2 ||
          disputed[source] !== usd_per_million ||
          !figures.every((figure) => DECIMAL.test(figure))
        );
      });
      return wrong && `${where}: ${JSON.stringify(wrong)}`;
    });
    expect(odd).toEqual([]);
  });

  test("the cards of a model begin at different days, the oldest first", () => {
    const unordered = files.flatMap(({ file }) =>
      Object.entries(file.models).flatMap(([model, { cards }]) => {
        const starts = cards.map(({ from }) => from ?? "");
        const ordered = starts.every((start, i) => i === 0 || (DAY.test(start) && start > (starts[i - 1] ?? "")));
        return cards.length > 0 && ordered ? [] : [`${file.provider} ${model}`];
      }),
    );
    expect(unordered).toEqual([]);
  });

  test("an uplift says where or how fast, by how much and on which page", () => {
    const odd = everyCard(({ uplifts = [] }, where) => {
      const wrong = uplifts.find(
        ({ serving_location, speed, multiply, page }) =>
          (serving_location === undefined) === (speed === undefined) ||
          (speed !== undefined && !SPEEDS.includes(speed)) ||
          !DECIMAL.test(multiply) ||
          !page.startsWith("https://"),
      );
      return wrong && `${where}: ${JSON.stringify(wrong)}`;
    });
    expect(odd).toEqual([]);
  });

  test("a name stands for one model of its provider", () => {
    for (const { file } of files) {
      const all = Object.entries(file.models).flatMap(([model, { aliases = [] }]) => [model, ...aliases]);
      expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
    }
  });

  test("brackets begin at their threshold at xAI alone", () => {
    const inclusive = files.filter(({ file }) =>
      Object.values(file.models).some(({ cards }) => cards.some((card) => card.brackets_inclusive)),
    );
    expect(inclusive.map(({ file }) => file.provider)).toEqual(["x_ai"]);
  });

  test("a rate of zero stands only beside rates that are not, or where both sources say free", () => {
    const silent = everyCard(({ rates }, where) =>
      rates.every(({ usd_per_million, source }) => usd_per_million === "0" && source !== "both") ? where : undefined,
    );
    expect(silent).toEqual([]);
  });
});
