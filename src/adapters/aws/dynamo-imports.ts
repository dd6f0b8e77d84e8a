import * as z from "zod";
import type { ImportRecord, ImportStore } from "#app/ports/imports.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { mapBounded } from "./map-bounded.ts";
import { jsonText, parseItem, type StoredItem } from "./stored-item.ts";

const readsInFlightMax = 16;

const instant = z.int().transform((value) => value as Instant);

const counts = z.strictObject({ new: z.int(), known: z.int(), conflicting: z.int() });

const importItem = z.object({
  import_id: z.string(),
  started_at: instant,
  live_new: z.int(),
  live_known: z.int(),
  live_conflicting: z.int(),
  landed: z.int(),
  rejected: z.int(),
  merged: jsonText(counts).optional(),
});

const beginningItem = z.object({ begun_at: instant });
const waitingItem = z.object({ s: z.string() });

function readImport(item: StoredItem): ImportRecord {
  const row = parseItem(importItem, item);
  return {
    id: row.import_id,
    startedAt: row.started_at,
    live: { new: row.live_new, known: row.live_known, conflicting: row.live_conflicting },
    landed: row.landed,
    rejected: row.rejected,
    merged: row.merged ?? null,
  };
}

const byAge = (a: ImportRecord, b: ImportRecord) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);

/** An import has a partition: its record, and for each part when it began and that it is counted. */
const partition = (id: string) => `import#${id}`;
const recordPlace = (id: string) => ({ p: partition(id), s: "import" });
const partPlace = (id: string, part: string) => ({ p: partition(id), s: `part#${part}` });
const beginningPlace = (id: string, part: string) => ({ p: partition(id), s: `begun#${part}` });
/** The imports that await their merge, and no other. */
const waitingPartition = "imports-waiting";
const waitingPlace = (id: string) => ({ p: waitingPartition, s: id });

export function dynamoImports(deps: ControlTableDeps): ImportStore {
  const table = controlTable(deps);

  async function get(id: string): Promise<ImportRecord | undefined> {
    const { p, s } = recordPlace(id);
    const item = await table.get(p, s);
    return item && readImport(item);
  }

  return {
    get,

    async beginPart(id, part, at) {
      const item = await table.update({
        ...beginningPlace(id, part),
        set: "begun_at = if_not_exists(begun_at, :at)",
        values: { ":at": at },
      });
      // Without a condition there always is one.
      return parseItem(beginningItem, item as StoredItem).begun_at;
    },

    async addPart(id, part, at, { live, landed, rejected }) {
      await table.writeTogether([
        { ...partPlace(id, part), onlyIf: "attribute_not_exists(p)" },
        {
          ...recordPlace(id),
          set: "import_id = :id, started_at = if_not_exists(started_at, :at)",
          add: "live_new :new, live_known :known, live_conflicting :conflicting, landed :landed, rejected :rejected",
          values: {
            ":id": id,
            ":at": at,
            ":new": live.new,
            ":known": live.known,
            ":conflicting": live.conflicting,
            ":landed": landed,
            ":rejected": rejected,
          },
        },
        ...(landed > 0 ? [waitingPlace(id)] : []),
      ]);
    },

    async unmerged() {
      const waiting = (await table.list(waitingPartition)).map((item) => parseItem(waitingItem, item).s);
      const records = await mapBounded(waiting, readsInFlightMax, get);
      return records.filter((record) => record !== undefined).sort(byAge);
    },

    setMerged(id, merged, landed) {
      return table.writeTogether([
        {
          ...recordPlace(id),
          set: "merged = :merged",
          onlyIf: "landed = :landed",
          values: { ":merged": JSON.stringify(merged), ":landed": landed },
        },
        { ...waitingPlace(id), deleted: true },
      ]);
    },
  };
}
