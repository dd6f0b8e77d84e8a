import type { AnomalyStore } from "#app/ports/anomalies.ts";
import { ANOMALY_KEPT_DAYS, type StoredAnomaly } from "#core/anomaly.ts";
import { decodeAnomaly, encodeAnomaly } from "#core/anomaly-codec.ts";
import { addDays, usageDateOf } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const anomaliesSchema = `
  create table if not exists anomalies (
    id text primary key,
    usage_date text not null,
    decided_at integer not null,
    anomaly text not null
  ) strict;
  create index if not exists anomalies_by_day on anomalies (usage_date)`;

const upsert = `
  insert into anomalies values (?1, ?2, ?3, ?4)
  on conflict (id) do update set usage_date = ?2, decided_at = ?3, anomaly = ?4 where decided_at <= ?3 or ?5 = 1`;

/** @param database opened with `anomaliesSchema` and `auditSchema` */
export function sqliteAnomalies(database: Sqlite): AnomalyStore {
  const read = (row: { readonly anomaly?: unknown }): StoredAnomaly => decodeAnomaly(row.anomaly as string);
  return {
    async put(anomalies, audit) {
      database.write(() => {
        const put = database.prepare(upsert);
        const forget = database.prepare("delete from anomalies where usage_date < ?");
        for (const anomaly of anomalies) {
          const { id, usageDate, decision, lastSeen } = anomaly;
          put.run(id, usageDate, decision?.at ?? 0, encodeAnomaly(anomaly), Number(audit !== undefined));
          forget.run(addDays(usageDateOf(lastSeen), -ANOMALY_KEPT_DAYS));
        }
        if (audit !== undefined) appendAudit(database, [audit]);
      });
    },

    async list(from) {
      const select = "select anomaly from anomalies where usage_date >= ? order by usage_date desc, id desc";
      return database.read(() => database.prepare(select).all(from)).map(read);
    },

    async get(id) {
      const row = database.read(() => database.prepare("select anomaly from anomalies where id = ?").get(id));
      return row && read(row);
    },
  };
}
