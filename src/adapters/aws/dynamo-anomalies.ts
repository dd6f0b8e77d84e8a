import { createHash } from "node:crypto";
import * as z from "zod";
import type { AnomalyStore } from "#app/ports/anomalies.ts";
import { Unavailable } from "#app/unavailable.ts";
import { ANOMALY_KEPT_DAYS, type StoredAnomaly, usageDateOfAnomaly } from "#core/anomaly.ts";
import { decodeAnomaly, encodeAnomaly } from "#core/anomaly-codec.ts";
import { addDays, startOfDay, type UsageDate } from "#core/time.ts";
import { type ControlTableDeps, type ControlUpdate, controlTable } from "./control-table.ts";
import { mapBounded } from "./map-bounded.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const p = "anomalies";
const writesInFlightMax = 16;
const pageItems = 500;
/** 400 days of more than a thousand anomalies each. */
const pagesMax = 1_000;

const anomalyItem = z.object({ s: z.string(), anomaly: z.string() });

/** The names of a scope may be longer than a sort key. */
const sortOf = (usageDate: UsageDate, id: string) =>
  `${usageDate}#${createHash("sha256").update(id).digest("base64url")}`;

const latestFirst = (a: StoredAnomaly, b: StoredAnomaly) => {
  if (a.usageDate !== b.usageDate) return a.usageDate < b.usageDate ? 1 : -1;
  return a.id < b.id ? 1 : -1;
};

function updateOf(anomaly: StoredAnomaly): ControlUpdate {
  const { id, usageDate, decision } = anomaly;
  return {
    ...{ p, s: sortOf(usageDate, id) },
    set: "anomaly = :anomaly, decided_at = :decided_at, x = :x",
    values: {
      ":anomaly": encodeAnomaly(anomaly),
      ":decided_at": decision?.at ?? 0,
      ":x": startOfDay(addDays(usageDate, ANOMALY_KEPT_DAYS)) / 1_000,
    },
  };
}

const undecidedSince = "attribute_not_exists(p) OR decided_at <= :decided_at";

export function dynamoAnomalies(deps: ControlTableDeps): AnomalyStore {
  const table = controlTable(deps);
  const read = (item: StoredItem) => decodeAnomaly(parseItem(anomalyItem, item).anomaly);
  return {
    async put(anomalies, audit) {
      const updates = anomalies.map(updateOf);
      if (audit !== undefined) {
        const written = await writeAudited(table, updates, [audit]);
        if (written === undefined) throw new Unavailable("control (anomalies)");
        return;
      }
      await mapBounded(updates, writesInFlightMax, (update) =>
        table.writeTogether([{ ...update, onlyIf: undecidedSince }]),
      );
    },

    async list(from) {
      const found: StoredAnomaly[] = [];
      let next: string = from;
      for (let page = 0; page < pagesMax; page++) {
        const items = await table.page(p, next, pageItems);
        const last = items.at(-1);
        if (last === undefined) return found.sort(latestFirst);
        found.push(...items.map(read));
        next = `${parseItem(anomalyItem, last).s}~`;
      }
      throw new Error(`more than ${pagesMax * pageItems} anomalies since ${from}`);
    },

    async get(id) {
      const usageDate = usageDateOfAnomaly(id);
      const item = usageDate && (await table.get(p, sortOf(usageDate, id)));
      return item && read(item);
    },
  };
}
