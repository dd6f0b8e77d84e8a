import type { AttributionDimension } from "#core/dimensions.ts";
import type { UsageDate } from "#core/time.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

/** What most allocated events of this source and key have of a dimension, else of the key, else of the source. */
export type UsualValues = (
  source: string,
  keyId: string,
  dimension: AttributionDimension,
) => { readonly value: string; readonly by: "key" | "source" } | null;

/** Of each group the value that most events have; of equally common ones the first in order. */
function commonest(rows: readonly QueryRow[], groupOf: (row: QueryRow) => string): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, bigint>>();
  for (const row of rows) {
    const ofGroup = counts.get(groupOf(row)) ?? new Map<string, bigint>();
    const value = String(row.filled);
    ofGroup.set(value, (ofGroup.get(value) ?? 0n) + BigInt(row.events ?? 0));
    counts.set(groupOf(row), ofGroup);
  }
  const first = (values: Map<string, bigint>) =>
    [...values].reduce((best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best))[0];
  return new Map([...counts].map(([group, values]) => [group, first(values)]));
}

const nameOf = (...parts: readonly unknown[]) => JSON.stringify(parts);

/** Of the events of these days, as they stand in the lake. */
export async function readUsualValues(engine: QueryEngine, from: UsageDate, to: UsageDate): Promise<UsualValues> {
  const rows = await engine.run("usual_attribution", { parameters: [from, to] });
  const ofSender = commonest(rows, (row) => nameOf(row.dimension, row.source, row.sent_with));
  const ofKey = commonest(rows, (row) => nameOf(row.dimension, row.sent_with));
  const ofSource = commonest(rows, (row) => nameOf(row.dimension, row.source));
  return (source, keyId, dimension) => {
    const byKey = ofSender.get(nameOf(dimension, source, keyId)) ?? ofKey.get(nameOf(dimension, keyId));
    if (byKey !== undefined) return { value: byKey, by: "key" };
    const bySource = ofSource.get(nameOf(dimension, source));
    return bySource === undefined ? null : { value: bySource, by: "source" };
  };
}
