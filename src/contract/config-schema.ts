import * as z from "zod";
import { configDocument } from "./config.ts";

/** The JSON Schema of `finops.yaml`, in the draft that editors know best. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configDocument, { io: "input", target: "draft-7" });
}
