import { describe, expect, test } from "vitest";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import type { LedgerErasure } from "#app/ports/ledger-erasure.ts";
import { withoutCustomer } from "#core/erasure.ts";
import type { Opened } from "./opened.ts";
import { entryWith } from "./sample-entry.ts";

const known = (id: string) => {
  const { attribution, ...rest } = entryWith({ id, tags: { contact: "jo@acme.example" }, responseId: "resp-1" });
  return { ...rest, attribution: { ...attribution, customer_id: "ACME" } };
};

export const ledgerErasureContract = (
  name: string,
  open: () => Promise<Opened<{ readonly ledger: Ledger; readonly erasure: LedgerErasure }>>,
) =>
  describe(name, () => {
    test("the entry forgets the customer; the others stay as they are", async () => {
      await using opened = await open();
      const { ledger, erasure } = opened.port;
      await ledger.append([known("1"), known("2")]);
      await erasure.replace([withoutCustomer(known("1"))]);
      const kept = await ledger.read([known("1").key, known("2").key]);
      const { responseId: _, ...rest } = known("1");
      const forgotten = { ...rest, attribution: { ...rest.attribution, customer_id: "erased" }, tags: {} };
      expect(kept.get(known("1").key)).toEqual(forgotten);
      expect(kept.get(known("2").key)).toEqual(known("2"));
    });

    test("sent again, the event is a duplicate, and its other content a conflict", async () => {
      await using opened = await open();
      const { ledger, erasure } = opened.port;
      await ledger.append([known("1")]);
      await erasure.replace([withoutCustomer(known("1"))]);
      const sent = [known("1"), { ...known("1"), contentHash: "another" }];
      const outcomes: AppendOutcome[] = [];
      for (const one of sent) outcomes.push(...(await ledger.append([one])));
      expect(outcomes.map(({ status }) => status)).toEqual(["duplicate", "conflict"]);
    });

    test("what is not there any more does not come back", async () => {
      await using opened = await open();
      await opened.port.erasure.replace([withoutCustomer(known("1"))]);
      expect((await opened.port.ledger.read([known("1").key])).size).toBe(0);
    });

    test("again, and many at once, it ends the same", async () => {
      await using opened = await open();
      const { ledger, erasure } = opened.port;
      const many = Array.from({ length: 60 }, (_, i) => known(String(i)));
      await ledger.append(many);
      for (let i = 0; i < 2; i++) await erasure.replace(many.map(withoutCustomer));
      const kept = await ledger.read(many.map(({ key }) => key));
      expect(new Set([...kept.values()].map(({ attribution }) => attribution.customer_id))).toEqual(
        new Set(["erased"]),
      );
    });
  });
