import * as z from "zod";
import type { ApprovalStore, StoredApproval } from "#app/ports/approvals.ts";
import { decodeApproval, encodeApproval } from "#core/approval-codec.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const p = "approvals";

const approvalItem = z.object({ revision: z.int(), approval: z.string() });

function readApproval(item: StoredItem): StoredApproval {
  const { revision, approval } = parseItem(approvalItem, item);
  return { revision, approval: decodeApproval(approval) };
}

const newestFirst = ({ approval: a }: StoredApproval, { approval: b }: StoredApproval) =>
  b.requestedAt - a.requestedAt || (a.id < b.id ? -1 : 1);

export function dynamoApprovals(deps: ControlTableDeps): ApprovalStore {
  const table = controlTable(deps);
  return {
    async find(id) {
      const item = await table.get(p, id);
      return item && readApproval(item);
    },

    async list() {
      return (await table.list(p)).map(readApproval).sort(newestFirst);
    },

    async put(expected, approval, audit) {
      const change = {
        p,
        s: approval.id,
        set: "revision = :next, approval = :approval",
        onlyIf: expected === 0 ? "attribute_not_exists(p)" : "revision = :expected",
        values: {
          ":next": expected + 1,
          ":approval": encodeApproval(approval),
          ...(expected !== 0 && { ":expected": expected }),
        },
      };
      return (await writeAudited(table, [change], [audit])) !== undefined;
    },
  };
}
