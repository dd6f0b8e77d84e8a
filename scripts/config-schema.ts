// Writes finops.schema.json, which editors check a finops.yaml with. A test compares it with what this would write.
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "#contract/config-schema.ts";

writeFileSync(new URL("../finops.schema.json", import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
