import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalogFiles } from "#server/catalog-files.ts";
import { tempFolder } from "../local/temp-folder.ts";

const catalog = {
  provider: "acme",
  sources: { "price list": "1" },
  models: {
    "acme-1": {
      aliases: ["acme-one"],
      cards: [
        {
          from: null,
          rates: [
            {
              meter: "uncached_input_tokens",
              tier: "standard",
              above: 0,
              usd_per_million: "1.5",
              source: "price list",
            },
          ],
        },
      ],
    },
  },
};

test("a provider's prices are read from its file", () => {
  using folder = tempFolder();
  writeFileSync(folder.file("acme.json"), JSON.stringify(catalog));
  expect(catalogFiles(folder.path)("acme")).toEqual(catalog);
});

test("a provider without a file has none, whatever its name", () => {
  using folder = tempFolder();
  using outside = tempFolder();
  writeFileSync(outside.file("acme.json"), JSON.stringify(catalog));
  const read = catalogFiles(folder.path);
  expect([read("acme"), read(`../${outside.path.split("/").at(-1)}/acme`), read("__proto__")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a file is read when its provider is first asked for, and once", () => {
  using folder = tempFolder();
  writeFileSync(folder.file("acme.json"), "not yet a catalogue");
  const read = catalogFiles(folder.path);
  writeFileSync(folder.file("acme.json"), JSON.stringify(catalog));
  const first = read("acme");
  writeFileSync(folder.file("acme.json"), "no longer one");
  expect(read("acme")).toBe(first);
});

test("a file that is no catalogue is refused, naming file and field", () => {
  using folder = tempFolder();
  const text = JSON.stringify(catalog).replace('"1.5"', "1.5");
  writeFileSync(folder.file("acme.json"), text);
  writeFileSync(folder.file("other.json"), JSON.stringify(catalog));
  const read = catalogFiles(folder.path);
  expect(() => read("acme")).toThrow(/acme\.json is not a price catalogue[\s\S]*usd_per_million/);
  expect(() => read("other")).toThrow('provider is "acme", its name says other');
});
