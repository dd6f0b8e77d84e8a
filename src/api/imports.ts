import type { Caller } from "#app/caller.ts";
import type { makeImport, makeImportStatus } from "#app/imports.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";
import { resultsOf, statusOf } from "./event-results.ts";
import { problemOf } from "./refusal.ts";

export interface ImportsDeps {
  readonly importEvents: ReturnType<typeof makeImport>;
  readonly importStatus: ReturnType<typeof makeImportStatus>;
  /** 1 to 60 letters and digits. */
  readonly newId: () => string;
  readonly sha256: (text: string) => string;
}

/**
 * A part is known by its name and its content: sent again it counts once, and another content under the same name
 * replaces nothing.
 */
export const makeImportEvents =
  ({ importEvents, newId, sha256 }: Omit<ImportsDeps, "importStatus">): Handlers<Routes, Caller>["importEvents"] =>
  async ({ query, body }, caller) => {
    const importId = query.import_id ?? `imp_${newId()}`;
    const part = `${query.part ?? ""}.${sha256(JSON.stringify(body))}`;
    const results = await resultsOf(body, (events, rejected) => importEvents(importId, part, events, rejected, caller));
    return { status: statusOf(results), body: { import_id: importId, ...results } };
  };

export const makeReadImport =
  ({ importStatus }: Pick<ImportsDeps, "importStatus">): Handlers<Routes, Caller>["readImport"] =>
  async ({ params }) => {
    const record = await importStatus(params.id);
    if (record === undefined) {
      return { status: 404, body: problemOf({ code: "not_found", message: `There is no import ${params.id}.` }) };
    }
    const merged = record.merged ?? { new: 0, known: 0, conflicting: 0 };
    const waits = record.landed > 0 && record.merged === null;
    return {
      status: 200,
      body: {
        import_id: record.id,
        started_at: formatInstant(record.startedAt),
        status: waits ? "merging" : "merged",
        new: record.live.new + merged.new,
        known: record.live.known + merged.known,
        conflicting: record.live.conflicting + merged.conflicting,
        waiting: waits ? record.landed : 0,
        rejected: record.rejected,
      },
    };
  };
