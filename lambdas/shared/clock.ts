import type { Instant } from "#core/time.ts";

export const clock = () => Date.now() as Instant;
