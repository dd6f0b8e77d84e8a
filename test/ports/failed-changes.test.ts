import { encodeEntry } from "#core/entry-codec.ts";
import { IN_MEMORY, openSqlite } from "#local/sqlite.ts";
import { failedChangesSchema, sqliteFailedChanges } from "#local/sqlite-failed-changes.ts";
import { failedChangesContract } from "./failed-changes.contract.ts";
import { sampleTime } from "./sample-entry.ts";

failedChangesContract("failed changes in SQLite", async () => {
  const database = openSqlite("ledger", IN_MEMORY, failedChangesSchema);
  const failed = sqliteFailedChanges(database, () => sampleTime);
  return {
    failed,
    give: ({ shard, sequence, entry }) =>
      failed.add("land-usage", shard, { sequence, key: entry.key, text: encodeEntry(entry) }, "the disk was full"),
    giveUndecodable: (sequence) =>
      failed.add("land-usage", "shard-1", { sequence, key: "key", text: "{" }, "it is no entry"),
    kept: async () => Number(database.prepare("select count(*) as kept from failed_changes").get()?.kept),
    [Symbol.asyncDispose]: async () => database.close(),
  };
});
