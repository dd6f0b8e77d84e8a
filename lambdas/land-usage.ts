import { makeLandUsage } from "#app/land-usage.ts";
import { clock } from "./shared/clock.ts";
import { consumeStream } from "./shared/consume.ts";
import { landing } from "./shared/landing.ts";

/** Writes what the ledger accepted to the landing. */
export const handler = consumeStream({ clock, consume: makeLandUsage({ landing: landing(), clock }) });
