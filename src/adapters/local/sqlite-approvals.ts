import * as z from "zod";
import type { ApprovalStore, StoredApproval } from "#app/ports/approvals.ts";
import { decodeApproval, encodeApproval } from "#core/approval-codec.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const approvalsSchema = `
  create table if not exists approvals (
    id text primary key,
    requested_at integer not null,
    revision integer not null,
    approval text not null
  ) strict`;

const approvalRow = z.object({ revision: z.int(), approval: z.string() });

function readApproval(row: unknown): StoredApproval {
  const { revision, approval } = approvalRow.parse(row);
  return { revision, approval: decodeApproval(approval) };
}

/** @param database opened with `approvalsSchema` and `auditSchema` */
export function sqliteApprovals(database: Sqlite): ApprovalStore {
  const find = (id: string): StoredApproval | undefined => {
    const row = database.prepare("select revision, approval from approvals where id = ?").get(id);
    return row && readApproval(row);
  };
  return {
    async find(id) {
      return database.read(() => find(id));
    },

    async list() {
      const select = "select revision, approval from approvals order by requested_at desc, id";
      return database.read(() => database.prepare(select).all()).map(readApproval);
    },

    async put(expected, approval, audit) {
      return database.write(() => {
        if ((find(approval.id)?.revision ?? 0) !== expected) return false;
        database
          .prepare("insert or replace into approvals values (?, ?, ?, ?)")
          .run(approval.id, approval.requestedAt, expected + 1, encodeApproval(approval));
        appendAudit(database, [audit]);
        return true;
      });
    },
  };
}
