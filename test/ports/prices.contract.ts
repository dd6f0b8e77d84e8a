import { describe, expect, test } from "vitest";
import type { PriceStore, StoredRate } from "#app/ports/prices.ts";
import type { Instant } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;

const absolute: StoredRate = {
  id: "rate-b",
  setAt: at(1_000),
  setBy: "key-1",
  provider: "openai",
  model: "gpt-5",
  meter: "uncached_input_tokens",
  tier: "batch",
  usd_per_million: "1.10",
  from: "2026-12-01",
  to: "2026-12-31",
  note: "yearly agreement",
};

const discount: StoredRate = {
  id: "rate-a",
  setAt: at(2_000),
  setBy: "key-1",
  provider: "anthropic",
  model: "*",
  meter: "*",
  tier: "*",
  discount_percent: "12.5",
  from: "2026-12-01",
  to: null,
};

export const pricesContract = (name: string, open: () => Promise<Opened<PriceStore>>) =>
  describe(name, () => {
    test("rates are listed as they were set, oldest first", async () => {
      await using opened = await open();
      expect(await opened.port.list()).toEqual([]);
      await opened.port.add(absolute);
      await opened.port.add(discount);
      expect(await opened.port.list()).toEqual([absolute, discount]);
    });

    test("the same rate added again stands once", async () => {
      await using opened = await open();
      await opened.port.add(absolute);
      await opened.port.add(absolute);
      expect(await opened.port.list()).toEqual([absolute]);
    });

    test("more rates than one page of a store holds are listed whole and in order", async () => {
      await using opened = await open();
      const note = "agreed in writing. ".repeat(200);
      const many = Array.from({ length: 400 }, (_, i) => ({ ...discount, id: `rate-${999 - i}`, setAt: at(i), note }));
      for (const rate of many) await opened.port.add(rate);
      expect(await opened.port.list()).toEqual(many);
    });

    test("rates set in the same moment all stand", async () => {
      await using opened = await open();
      const ids = ["c", "a", "b"];
      await Promise.all(ids.map((id) => opened.port.add({ ...discount, id })));
      expect((await opened.port.list()).map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
    });

    test("rates are there after a restart", async () => {
      await using opened = await open();
      await opened.port.add(absolute);
      expect(await (await opened.reopen()).list()).toEqual([absolute]);
    });
  });
