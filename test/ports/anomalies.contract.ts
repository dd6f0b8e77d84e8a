import { describe, expect, test } from "vitest";
import type { AnomalyStore } from "#app/ports/anomalies.ts";
import type { AuditLog } from "#app/ports/audit.ts";
import { anomalyId, type StoredAnomaly } from "#core/anomaly.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

export interface AuditedAnomalies {
  readonly anomalies: AnomalyStore;
  readonly audit: AuditLog;
}

const seen = Date.parse("2026-11-23T12:00:00Z") as Instant;

function anomaly(changed: Partial<StoredAnomaly> = {}): StoredAnomaly {
  const { usageDate = "2026-11-22" as UsageDate, hour = null, scope = { feature: ["chat"] } } = changed;
  return {
    id: anomalyId({ usageDate, hour, scope }),
    grain: "daily",
    ...{ scope, usageDate, hour },
    cost: 9_223_372_036_854_775_808_003n as PicoUsd,
    expected: 1n as PicoUsd,
    excess: 9_223_372_036_854_775_808_002n as PicoUsd,
    score: 2.25,
    explanations: [
      {
        dimension: "model",
        contributors: [
          { value: "openai/gpt-4o", actual: 7n as PicoUsd, expected: -1n as PicoUsd, excess: 8n as PicoUsd },
        ],
        explained: 8n as PicoUsd,
        rest: 9_223_372_036_854_775_807_994n as PicoUsd,
      },
    ],
    toldBy: null,
    state: "new",
    decision: null,
    firstSeen: seen,
    lastSeen: seen,
    ...changed,
  };
}

const decided = (at: number, changed: Partial<StoredAnomaly> = {}) =>
  anomaly({
    state: "explained",
    decision: { state: "explained", by: "key_1", at: at as Instant, note: "a load test" },
    ...changed,
  });

const decision = draft({ action: "anomaly.decide", subject: "anomaly/1" });

export const anomaliesContract = (name: string, open: () => Promise<Opened<AuditedAnomalies>>) =>
  describe(name, () => {
    test("anomalies are listed from a day on, the latest first, and found by their ids", async () => {
      await using opened = await open();
      const { anomalies } = opened.port;
      expect(await anomalies.list("2026-01-01" as UsageDate)).toEqual([]);
      const older = anomaly({ usageDate: "2026-11-20" as UsageDate, scope: {} });
      const hourly = anomaly({
        ...{ grain: "hourly", hour: (seen - 3_600_000) as Instant, usageDate: "2026-11-23" as UsageDate },
        toldBy: older.id,
      });
      await anomalies.put([older, hourly, anomaly()]);
      expect(await anomalies.list("2026-11-20" as UsageDate)).toEqual([hourly, anomaly(), older]);
      expect(await anomalies.list("2026-11-21" as UsageDate)).toEqual([hourly, anomaly()]);
      expect(await anomalies.get(hourly.id)).toEqual(hourly);
      expect(await anomalies.get(anomalyId({ ...hourly, hour: null }))).toBeUndefined();
      expect(await anomalies.get("chat")).toBeUndefined();
    });

    test("an anomaly put again replaces the one of its id", async () => {
      await using opened = await open();
      const { anomalies } = opened.port;
      await anomalies.put([anomaly()]);
      await anomalies.put([anomaly({ score: 3 })]);
      expect(await anomalies.list("2026-11-22" as UsageDate)).toEqual([anomaly({ score: 3 })]);
    });

    test("a decision comes with its audit entry, and is not undone by who read before it", async () => {
      await using opened = await open();
      const { anomalies, audit } = opened.port;
      await anomalies.put([anomaly()]);
      await anomalies.put([decided(5_000)], decision);
      expect(await audit.read(1, 10)).toMatchObject([decision]);
      await anomalies.put([anomaly({ score: 3 })]);
      expect(await anomalies.get(anomaly().id)).toEqual(decided(5_000));
      await anomalies.put([decided(5_000, { score: 4 })]);
      expect(await anomalies.get(anomaly().id)).toEqual(decided(5_000, { score: 4 }));
      await anomalies.put([decided(6_000)], decision);
      expect(await anomalies.get(anomaly().id)).toEqual(decided(6_000));
      await expectWhole(audit, 2);
    });

    test("the names of a scope may be long, and there are as many as there are after a restart", async () => {
      await using opened = await open();
      const many = Array.from({ length: 40 }, (_, i) =>
        anomaly({ scope: { team: [`${"é".repeat(600)}${String(i).padStart(2, "0")}`] } }),
      );
      await opened.port.anomalies.put(many);
      const { anomalies } = await opened.reopen();
      expect(await anomalies.list("2026-11-22" as UsageDate)).toEqual(many.toReversed());
    });
  });
