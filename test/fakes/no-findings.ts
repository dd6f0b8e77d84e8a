import type { LookForFindings } from "#app/look-for-findings.ts";

/** For runs that are looked at for their sums alone. */
export const noFindings: LookForFindings = { ofDays: async () => undefined, ofSilence: async () => undefined };
