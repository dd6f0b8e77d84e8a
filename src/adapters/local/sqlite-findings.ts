import type { FindingStore } from "#app/ports/findings.ts";
import { RESOLVED_KEPT_MS } from "#core/finding.ts";
import { decodeFinding, encodeFinding } from "#core/finding-codec.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const findingsSchema = `
  create table if not exists findings (
    id text primary key,
    kind text not null,
    since integer not null,
    resolved_at integer,
    finding text not null
  ) strict`;

/** @param database opened with `findingsSchema` */
export function sqliteFindings(database: Sqlite, clock: () => Instant): FindingStore {
  return {
    async put(findings) {
      database.write(() => {
        const replace = database.prepare("insert or replace into findings values (?, ?, ?, ?, ?)");
        for (const finding of findings) {
          const { id, kind, since, resolvedAt } = finding;
          replace.run(id, kind, since, resolvedAt, encodeFinding(finding));
        }
        database.prepare("delete from findings where resolved_at < ?").run(clock() - RESOLVED_KEPT_MS);
      });
    },

    async list(kind) {
      const select = `
        select finding from findings
        where (resolved_at is null or resolved_at >= ?1) and kind = coalesce(?2, kind)
        order by since, id`;
      return database
        .read(() => database.prepare(select).all(clock() - RESOLVED_KEPT_MS, kind ?? null))
        .map(({ finding }) => decodeFinding(finding as string));
    },
  };
}
