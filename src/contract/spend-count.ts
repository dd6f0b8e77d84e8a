import * as z from "zod";
import { usd } from "./values.ts";

/** A part of the spend that is counted apart. */
export const spendCount = z.object({ entries: z.number(), requests: z.number(), cost_usd: usd });
