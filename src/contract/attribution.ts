import * as z from "zod";
import { UNALLOCATED } from "#core/dimensions.ts";
import { ERASED } from "#core/erasure.ts";
import { dimensionValue, environment, label, purpose, text } from "./values.ts";

const nobody: readonly string[] = [ERASED, UNALLOCATED];
const nobodyError = `another value: "${ERASED}" is kept for customers who were erased, "${UNALLOCATED}" for spend of no customer; leave it out`;

const shape = {
  team: dimensionValue.nullish(),
  feature: dimensionValue.nullish(),
  environment: environment.nullish(),
  region: dimensionValue.nullish(),
  customer_tier: dimensionValue.nullish(),
  purpose: purpose.nullish(),
  customer_id: label(64)
    .refine((sent) => !nobody.includes(sent), { error: nobodyError })
    .nullish(),
};

/** Any spelling of an environment: attributing resolves it. */
const eventShape = { ...shape, environment: dimensionValue.nullish() };

const names = Object.keys(shape).join(", ");

/** Whom an event is for. A null says as much as a field left out. */
export const attribution = z.object(eventShape, { error: `an object with ${names}` });

/** What a person says of whom events are for: a misspelt field would be lost silently. */
export const exactAttribution = z.strictObject(shape, {
  error: (issue) => (issue.code === "unrecognized_keys" ? `one of ${names}` : `an object with ${names}`),
});

const tagsError = "an object of at most 10 tags, names and values being text of 1 to 64 characters";

export const tags = z
  .record(text(64), text(64), { error: tagsError })
  .refine((sent) => Object.keys(sent).length <= 10, { error: tagsError });
