import { type AuditDraft, auditText } from "#core/audit.ts";
import type { Config } from "#core/config.ts";
import { encodeConfig } from "#core/config-codec.ts";
import { CONFIG_AUDIT_BYTES_MAX, CONFIG_BYTES_MAX, type ConfigReplaced } from "./ports/config.ts";

/** Of any number and hash. */
const numberBytes = 60;

/** Why a change cannot be stored, by the sizes that hold for every store alike; undefined when it can. */
export function configTooLarge(
  config: Config,
  audit: readonly AuditDraft[],
  utf8Bytes: (text: string) => number,
): Extract<ConfigReplaced, { status: "too_large" }> | undefined {
  const tooLarge = (what: string, bytes: number, bytesMax: number) =>
    bytes > bytesMax ? ({ status: "too_large", what, bytes, bytesMax } as const) : undefined;
  const entries = audit.map((draft) => ({
    what: `the audit entry of ${draft.subject}`,
    bytes: utf8Bytes(auditText(0, "", draft)) + numberBytes,
  }));
  const together = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    tooLarge("the config", utf8Bytes(encodeConfig(config)), CONFIG_BYTES_MAX),
    ...entries.map(({ what, bytes }) => tooLarge(what, bytes, CONFIG_BYTES_MAX)),
    tooLarge("the audit entries together", together, CONFIG_AUDIT_BYTES_MAX),
  ].find((refusal) => refusal !== undefined);
}
