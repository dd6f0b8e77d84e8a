import { describe, expect, test } from "vitest";
import type { FindingStore } from "#app/ports/findings.ts";
import type { StoredFinding } from "#core/finding.ts";
import type { PicoUsd } from "#core/money.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

/** The clock of the stores that the suite is run on. */
export const findingsNow = Date.parse("2026-11-23T12:00:00Z") as Instant;

const ago = (days: number) => (findingsNow - days * dayMs) as Instant;

const finding = (changed: Partial<StoredFinding> = {}): StoredFinding => ({
  id: "possible_double/openai/chatcmpl-1",
  kind: "possible_double",
  subject: "openai/chatcmpl-1",
  usageDate: "2026-11-20" as UsageDate,
  text: "gateway and otlp/checkout both report chatcmpl-1",
  cost: 9_223_372_036_854_775_808_001n as PicoUsd,
  requests: 2,
  since: ago(2),
  lastSeen: ago(1),
  resolvedAt: null,
  ...changed,
});

const silent = finding({
  ...{ id: "silent_source/gateway", kind: "silent_source", subject: "gateway", usageDate: null },
  ...{ cost: null, requests: 0, since: ago(5) },
});

export const findingsContract = (name: string, open: () => Promise<Opened<FindingStore>>) =>
  describe(name, () => {
    test("findings are listed as they were put, the oldest first, or of one kind", async () => {
      await using opened = await open();
      expect(await opened.port.list()).toEqual([]);
      await opened.port.put([finding(), silent]);
      expect(await opened.port.list()).toEqual([silent, finding()]);
      expect(await opened.port.list("possible_double")).toEqual([finding()]);
      expect(await opened.port.list("unapproved_model")).toEqual([]);
    });

    test("a finding put again replaces the one of its id, resolved and standing again too", async () => {
      await using opened = await open();
      const resolved = finding({ resolvedAt: ago(0) });
      const again = finding({ since: ago(1), requests: 3 });
      for (const stage of [finding(), resolved, again]) {
        await opened.port.put([stage]);
        expect(await opened.port.list()).toEqual([stage]);
      }
    });

    test("one that was resolved is listed for 30 days", async () => {
      await using opened = await open();
      const still = finding({ id: "a", resolvedAt: ago(30) });
      const gone = finding({ id: "b", resolvedAt: (ago(30) - 1) as Instant });
      const longStanding = finding({ id: "c", since: ago(90), lastSeen: ago(0) });
      await opened.port.put([still, gone, longStanding]);
      expect(await opened.port.list()).toEqual([longStanding, still]);
    });

    test("an id may be as long as the names of several sources, and longer ones differ", async () => {
      await using opened = await open();
      const sources = Array.from({ length: 6 }, (_, i) => `otlp/${"é".repeat(190)}${i}`).join(" + ");
      const long = ["a", "b"].map((end) => finding({ id: `possible_double/openai: ${sources}${end}` }));
      await opened.port.put(long);
      expect(await opened.port.list()).toEqual(long);
      const again = long.map((one) => ({ ...one, requests: 3 }));
      await opened.port.put(again);
      expect(await opened.port.list()).toEqual(again);
    });

    test("findings are there after a restart, as many as there are", async () => {
      await using opened = await open();
      const many = Array.from({ length: 120 }, (_, i) => finding({ id: `f-${1_000 + i}` }));
      await opened.port.put(many);
      expect(await (await opened.reopen()).list()).toEqual(many);
    });
  });
