import * as z from "zod";
import { configTooLarge } from "#app/config-size.ts";
import type { ConfigStore } from "#app/ports/config.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import { decodeConfig, encodeConfig } from "#core/config-codec.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { parseItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const place = { p: "config", s: "config" } as const;

const configItem = z.object({ revision: z.int(), config: z.string() });

export function dynamoConfig(deps: ControlTableDeps): ConfigStore {
  const table = controlTable(deps);
  return {
    async read() {
      const item = await table.get(place.p, place.s);
      if (item === undefined) return { config: INITIAL_CONFIG, revision: 0 };
      const { revision, config } = parseItem(configItem, item);
      return { config: decodeConfig(config), revision };
    },

    async replace(expected, config, audit) {
      const refusal = configTooLarge(config, audit, Buffer.byteLength);
      if (refusal !== undefined) return refusal;
      const change = {
        ...place,
        set: "revision = :next, config = :config",
        onlyIf: expected === 0 ? "attribute_not_exists(p)" : "revision = :expected",
        values: {
          ":next": expected + 1,
          ":config": encodeConfig(config),
          ...(expected !== 0 && { ":expected": expected }),
        },
      };
      const written = await writeAudited(table, [change], audit);
      return { status: written === undefined ? "moved" : "replaced" };
    },
  };
}
