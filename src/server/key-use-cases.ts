import { makeAuditHead, makeReadAudit } from "#app/audit.ts";
import { makeCreateKey, makeListKeys, makeRevokeKey, makeRotateKey } from "#app/keys.ts";
import type { Instant } from "#core/time.ts";
import { newToken, sha256 } from "./secrets.ts";
import type { Stores } from "./stores.ts";

/** Who may do what, and who has changed what. */
export function keyUseCases({ keys, config, audit }: Pick<Stores, "keys" | "config" | "audit">, clock: () => Instant) {
  return {
    createKey: makeCreateKey({ keys, config, clock, sha256, newToken }),
    listKeys: makeListKeys({ keys }),
    revokeKey: makeRevokeKey({ keys, clock }),
    rotateKey: makeRotateKey({ keys, config, clock, sha256, newToken }),
    readAudit: makeReadAudit({ audit }),
    auditHead: makeAuditHead({ audit }),
  };
}
