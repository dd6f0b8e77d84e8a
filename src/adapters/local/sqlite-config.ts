import * as z from "zod";
import { configTooLarge } from "#app/config-size.ts";
import type { ConfigStore, StoredConfig } from "#app/ports/config.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import { decodeConfig, encodeConfig } from "#core/config-codec.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const configSchema = `
  create table if not exists config (
    one integer primary key check (one = 1),
    revision integer not null,
    config text not null
  ) strict`;

const configRow = z.object({ revision: z.int(), config: z.string() });

/** @param database opened with `configSchema` and `auditSchema` */
export function sqliteConfig(database: Sqlite): ConfigStore {
  const read = (): StoredConfig => {
    const row = database.prepare("select revision, config from config").get();
    if (row === undefined) return { config: INITIAL_CONFIG, revision: 0 };
    const { revision, config } = configRow.parse(row);
    return { config: decodeConfig(config), revision };
  };
  return {
    async read() {
      return database.read(read);
    },

    async replace(expected, config, audit) {
      const refusal = configTooLarge(config, audit, Buffer.byteLength);
      if (refusal !== undefined) return refusal;
      return database.write(() => {
        if (read().revision !== expected) return { status: "moved" };
        database.prepare("insert or replace into config values (1, ?, ?)").run(expected + 1, encodeConfig(config));
        appendAudit(database, audit);
        return { status: "replaced" };
      });
    },
  };
}
