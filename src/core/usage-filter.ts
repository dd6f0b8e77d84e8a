import type { AttributionDimension, Purpose, SpendDimension } from "./dimensions.ts";
import type { Instant } from "./time.ts";

/** Of usage as it stands now: each named field has this value. */
export interface UsageFilter extends Readonly<Partial<Record<SpendDimension, string>>> {
  readonly source?: string;
  /** Of the key that it was sent with. */
  readonly keyId?: string;
  readonly purpose?: Purpose;
  /** Received at this moment or later. */
  readonly receivedSince?: Instant;
  /** This dimension is unallocated, or any one is. */
  readonly missing?: AttributionDimension | "any";
}
