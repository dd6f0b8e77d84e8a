import type { AuditLog } from "#app/ports/audit.ts";
import type { AuditEntry } from "#core/audit.ts";
import { auditPartition, auditSort, decodeAuditEntries } from "./audit-item.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { readAuditHead, writeAudited } from "./write-audited.ts";

export function dynamoAudit(deps: ControlTableDeps): AuditLog {
  const table = controlTable(deps);
  return {
    async append(draft) {
      // Without a condition of its own it is always written.
      const [entry] = (await writeAudited(table, [], [draft])) as readonly AuditEntry[];
      return entry as AuditEntry;
    },

    head: () => readAuditHead(table),

    async read(from, limit) {
      const items = await table.page(auditPartition, auditSort(from), limit);
      return items
        .flatMap(decodeAuditEntries)
        .filter(({ number }) => number >= from)
        .slice(0, limit);
    },
  };
}
