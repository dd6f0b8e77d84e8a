import * as z from "zod";
import { dimensionValue, environment, purpose, text } from "./values.ts";

/** Whom an event is for. A null says as much as a field left out. */
export const attribution = z.object(
  {
    team: dimensionValue.nullish(),
    feature: dimensionValue.nullish(),
    environment: environment.nullish(),
    region: dimensionValue.nullish(),
    customer_tier: dimensionValue.nullish(),
    purpose: purpose.nullish(),
    customer_id: text(64).nullish(),
  },
  { error: "an object with team, feature, environment, region and customer_tier" },
);

export type SentAttribution = z.output<typeof attribution>;

const tagsError = "an object of at most 10 tags, names and values being text of 1 to 64 characters";

export const tags = z
  .record(text(64), text(64), { error: tagsError })
  .refine((sent) => Object.keys(sent).length <= 10, { error: tagsError });
