import type { KeyAttribution } from "#core/attribution.ts";
import type { Role } from "./ports/keys.ts";

/** Who makes a request: the key it came with. */
export interface Caller {
  readonly keyId: string;
  readonly role: Role;
  readonly attribution: KeyAttribution;
  /** The only teams whose usage it may send and see; left out: all. */
  readonly teams?: readonly string[];
}
