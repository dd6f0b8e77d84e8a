import { createHash } from "node:crypto";
import * as z from "zod";
import type { FindingStore } from "#app/ports/findings.ts";
import { RESOLVED_KEPT_MS, type StoredFinding } from "#core/finding.ts";
import { decodeFinding, encodeFinding } from "#core/finding-codec.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { mapBounded } from "./map-bounded.ts";
import { parseItem } from "./stored-item.ts";

const p = "findings";
const writesInFlightMax = 16;

/** DynamoDB's bound on a sort key, in bytes of UTF-8. */
const sortBytesMax = 1_024;

/** An id names whatever its finding is about, several sources too: longer ones stand as their hash. */
function sortOf({ id }: StoredFinding): string {
  return Buffer.byteLength(id) < sortBytesMax ? id : `sha256/${createHash("sha256").update(id).digest("base64url")}`;
}

const findingItem = z.object({ finding: z.string() });

const oldestFirst = (a: StoredFinding, b: StoredFinding) => a.since - b.since || (a.id < b.id ? -1 : 1);

/** DynamoDB deletes it some time after `x`, in seconds; one that stands has no such time. */
function expiryOf({ resolvedAt }: StoredFinding) {
  if (resolvedAt === null) return { set: "finding = :finding", remove: "x" };
  const expiry = Math.ceil((resolvedAt + RESOLVED_KEPT_MS) / 1_000);
  return { set: "finding = :finding, x = :x", values: { ":x": expiry } };
}

export function dynamoFindings({ clock, ...deps }: ControlTableDeps & { readonly clock: () => Instant }): FindingStore {
  const table = controlTable(deps);
  return {
    async put(findings) {
      await mapBounded(findings, writesInFlightMax, (finding) => {
        const { values, ...clauses } = expiryOf(finding);
        return table.update({
          p,
          s: sortOf(finding),
          ...clauses,
          values: { ":finding": encodeFinding(finding), ...values },
        });
      });
    },

    async list(kind) {
      const earliest = clock() - RESOLVED_KEPT_MS;
      return (await table.list(p))
        .map((item) => decodeFinding(parseItem(findingItem, item).finding))
        .filter((finding) => finding.resolvedAt === null || finding.resolvedAt >= earliest)
        .filter((finding) => kind === undefined || finding.kind === kind)
        .sort(oldestFirst);
    },
  };
}
