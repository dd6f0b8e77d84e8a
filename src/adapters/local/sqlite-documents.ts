import * as z from "zod";
import type { AuditedDocuments, StoredDocument } from "#app/ports/audited-documents.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const documentsSchema = `
  create table if not exists documents (
    kind text not null,
    id text not null,
    revision integer not null,
    document text not null,
    primary key (kind, id)
  ) strict`;

const documentRow = z.object({ revision: z.int(), document: z.string() });

interface Codec<T> {
  readonly kind: "adoption_plan" | "scenario";
  readonly encode: (document: T) => string;
  readonly decode: (text: string) => T;
}

/** @param database opened with `documentsSchema` and `auditSchema` */
export function sqliteDocuments<T extends { readonly id: string }>(
  database: Sqlite,
  { kind, encode, decode }: Codec<T>,
): AuditedDocuments<T> {
  const read = (row: unknown): StoredDocument<T> => {
    const { revision, document } = documentRow.parse(row);
    return { revision, document: decode(document) };
  };
  const find = (id: string) => {
    const row = database.prepare("select revision, document from documents where kind = ? and id = ?").get(kind, id);
    return row && read(row);
  };
  return {
    async find(id) {
      return database.read(() => find(id));
    },

    async list() {
      const select = "select revision, document from documents where kind = ? order by id";
      return database.read(() => database.prepare(select).all(kind)).map(read);
    },

    async put(expected, document, audit) {
      return database.write(() => {
        if ((find(document.id)?.revision ?? 0) !== expected) return false;
        database
          .prepare("insert or replace into documents values (?, ?, ?, ?)")
          .run(kind, document.id, expected + 1, encode(document));
        appendAudit(database, [audit]);
        return true;
      });
    },

    async remove(expected, id, audit) {
      return database.write(() => {
        if (find(id)?.revision !== expected) return false;
        database.prepare("delete from documents where kind = ? and id = ?").run(kind, id);
        appendAudit(database, [audit]);
        return true;
      });
    },
  };
}
