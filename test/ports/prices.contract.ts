import { describe, expect, test } from "vitest";
import type { AuditLog } from "#app/ports/audit.ts";
import type { PriceStore, StoredRate } from "#app/ports/prices.ts";
import type { Instant } from "#core/time.ts";
import { draft, expectWhole } from "./audit.contract.ts";
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

const set = draft({ action: "price.set", subject: "price/rate-a" });

export interface AuditedPrices {
  readonly prices: PriceStore;
  readonly audit: AuditLog;
}

export const pricesContract = (name: string, open: () => Promise<Opened<AuditedPrices>>) =>
  describe(name, () => {
    test("rates are listed as they were set, oldest first", async () => {
      await using opened = await open();
      expect(await opened.port.prices.list()).toEqual([]);
      await opened.port.prices.add(absolute, set);
      await opened.port.prices.add(discount, set);
      expect(await opened.port.prices.list()).toEqual([absolute, discount]);
    });

    test("the same rate added again stands once", async () => {
      await using opened = await open();
      await opened.port.prices.add(absolute, set);
      await opened.port.prices.add(absolute, set);
      expect(await opened.port.prices.list()).toEqual([absolute]);
      expect(await opened.port.audit.read(1, 10)).toMatchObject([set]);
      await expectWhole(opened.port.audit, 1);
    });

    test("more rates than one page of a store holds are listed whole and in order", async () => {
      await using opened = await open();
      const note = "agreed in writing. ".repeat(200);
      const many = Array.from({ length: 400 }, (_, i) => ({ ...discount, id: `rate-${999 - i}`, setAt: at(i), note }));
      for (const rate of many) await opened.port.prices.add(rate, set);
      expect(await opened.port.prices.list()).toEqual(many);
    });

    test("rates set in the same moment all stand", async () => {
      await using opened = await open();
      const ids = ["c", "a", "b"];
      await Promise.all(ids.map((id) => opened.port.prices.add({ ...discount, id }, set)));
      expect((await opened.port.prices.list()).map(({ id }) => id).sort()).toEqual(["a", "b", "c"]);
    });

    test("rates are there after a restart", async () => {
      await using opened = await open();
      await opened.port.prices.add(absolute, set);
      expect(await (await opened.reopen()).prices.list()).toEqual([absolute]);
    });
  });
