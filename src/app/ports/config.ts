import type { AuditDraft } from "#core/audit.ts";
import type { Config } from "#core/config.ts";

export interface StoredConfig {
  readonly config: Config;
  /** 0 before the first change, then one more for each. */
  readonly revision: number;
}

/** UTF-8, of a config as JSON and of each audit entry: what an item of DynamoDB holds, less its names. */
export const CONFIG_BYTES_MAX = 350_000;
/** UTF-8, of all audit entries of one change together: what a transaction of DynamoDB holds, less the config. */
export const CONFIG_AUDIT_BYTES_MAX = 3_000_000;

/**
 * `moved`: the revision is not the expected one any more. `too_large`: `what` has more than so many bytes. Neither has
 * written anything.
 */
export type ConfigReplaced =
  | { readonly status: "replaced" }
  | { readonly status: "moved" }
  | { readonly status: "too_large"; readonly what: string; readonly bytes: number; readonly bytesMax: number };

export interface ConfigStore {
  /** `INITIAL_CONFIG` at revision 0 before the first change. Parts that an older release did not know are as initially. */
  read(): Promise<StoredConfig>;
  /** Makes `config` revision `expected + 1`, with its audit entries. */
  replace(expected: number, config: Config, audit: readonly AuditDraft[]): Promise<ConfigReplaced>;
}
