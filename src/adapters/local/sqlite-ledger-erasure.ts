import type { LedgerErasure } from "#app/ports/ledger-erasure.ts";
import { encodeEntry } from "#core/entry-codec.ts";
import type { Sqlite } from "./sqlite.ts";

/**
 * Changes that were set aside forget with the entry. Free space of the file may keep old bytes until it is used again.
 * @param database opened with the ledger's schema
 */
export function sqliteLedgerErasure(database: Sqlite): LedgerErasure {
  return {
    async replace(entries) {
      const texts = entries.map((entry) => ({ key: entry.key, text: encodeEntry(entry) }));
      database.write(() => {
        for (const { key, text } of texts) {
          database.prepare("update entries set entry = ? where key = ?").run(text, key);
          database.prepare("update failed_changes set entry = ? where key = ?").run(text, key);
        }
      });
    },
  };
}
