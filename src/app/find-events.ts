import { entryOfRow } from "#lake/event-row.ts";
import type { LakeEvents } from "./ports/lake-events.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** Reads `usage_events`: what has not been merged yet is not found. */
export const makeLakeEvents = ({ engine }: { readonly engine: QueryEngine }): LakeEvents => ({
  async find(source, id) {
    const rows = await engine.run("find_event", { parameters: [source, id] });
    return rows.map(entryOfRow);
  },
});
