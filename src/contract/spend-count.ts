import * as z from "zod";
import { usd } from "./values.ts";

/** A part of the spend that is counted apart. */
export const spendCount = z.object({
  entries: z
    .number()
    .meta({ description: "Lines of the ledger: a call that was voided or booked anew has further ones" }),
  requests: z.number().meta({ description: "Calls, net of what was taken back" }),
  cost_usd: usd,
});
