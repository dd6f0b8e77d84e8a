import * as z from "zod";
import type { AuditedDocuments, StoredDocument } from "#app/ports/audited-documents.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const documentItem = z.object({ revision: z.int(), document: z.string() });

interface Codec<T> {
  readonly partition: "adoption-plans" | "scenarios";
  readonly encode: (document: T) => string;
  readonly decode: (text: string) => T;
}

/** One item each, in a partition of their own. */
export function dynamoDocuments<T extends { readonly id: string }>(
  deps: ControlTableDeps,
  { partition: p, encode, decode }: Codec<T>,
): AuditedDocuments<T> {
  const table = controlTable(deps);
  const read = (item: StoredItem): StoredDocument<T> => {
    const { revision, document } = parseItem(documentItem, item);
    return { revision, document: decode(document) };
  };
  return {
    async find(id) {
      const item = await table.get(p, id);
      return item && read(item);
    },

    async list() {
      return (await table.list(p)).map(read);
    },

    async put(expected, document, audit) {
      const change = {
        p,
        s: document.id,
        set: "revision = :next, document = :document",
        onlyIf: expected === 0 ? "attribute_not_exists(p)" : "revision = :expected",
        values: {
          ":next": expected + 1,
          ":document": encode(document),
          ...(expected !== 0 && { ":expected": expected }),
        },
      };
      return (await writeAudited(table, [change], [audit])) !== undefined;
    },

    async remove(expected, id, audit) {
      const removal = {
        ...{ p, s: id, deleted: true, onlyIf: "revision = :expected" },
        values: { ":expected": expected },
      } as const;
      return (await writeAudited(table, [removal], [audit])) !== undefined;
    },
  };
}
