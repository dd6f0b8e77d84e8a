import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { ForecastStore } from "#app/ports/forecasts.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { decodeForecastRun, encodeForecastRun } from "#core/forecast-run-codec.ts";
import { dayMs } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { mapBounded } from "./map-bounded.ts";
import { parseItem } from "./stored-item.ts";

const p = "forecasts";
const headPlace = "latest";
/** Below DynamoDB's 400 KB with its keys. */
const chunkCharactersMax = 350_000;
const inFlightMax = 8;
/** A run can be replaced while it is read; each time it is read again. */
const attemptsMax = 5;
/** Chunks that a killed writer leaves go by themselves; those in force have long been replaced by then. */
const chunkKeptDays = 400;

const headItem = z.object({ id: z.string(), as_of: z.string(), made_at: z.int(), chunks: z.int() });
type Head = z.infer<typeof headItem>;
const chunkItem = z.object({ part: z.string() });

const chunkPlace = ({ id, made_at }: Pick<Head, "id" | "made_at">, place: number) =>
  `run#${id}#${made_at}#${String(place).padStart(4, "0")}`;

function chunksOf(run: ForecastRun): readonly string[] {
  const text = gzipSync(encodeForecastRun(run)).toString("base64");
  return Array.from({ length: Math.ceil(text.length / chunkCharactersMax) }, (_, place) =>
    text.slice(place * chunkCharactersMax, (place + 1) * chunkCharactersMax),
  );
}

/**
 * One partition: the run in chunks, written first, and its head, written last, which makes them count. Asked again for
 * a run that it has read, it reads the head alone: whoever asks each minute pays for one small item.
 */
export function dynamoForecasts(deps: ControlTableDeps): ForecastStore {
  const table = controlTable(deps);
  let known: { readonly head: Head; readonly run: ForecastRun } | undefined;

  const readHead = async () => {
    const item = await table.get(p, headPlace);
    return item && parseItem(headItem, item);
  };

  /** Undefined when a chunk is gone: another run has taken its place. */
  async function readRun(head: Head): Promise<ForecastRun | undefined> {
    const places = Array.from({ length: head.chunks }, (_, place) => place);
    const items = await mapBounded(places, inFlightMax, (place) => table.get(p, chunkPlace(head, place)));
    const found = items.filter((item) => item !== undefined);
    if (found.length < items.length) return undefined;
    const text = found.map((item) => parseItem(chunkItem, item).part).join("");
    return decodeForecastRun(gunzipSync(Buffer.from(text, "base64")).toString("utf8"));
  }

  async function removeChunks(head: Head): Promise<void> {
    const places = Array.from({ length: head.chunks }, (_, place) => place);
    await mapBounded(places, inFlightMax, (place) =>
      table.writeTogether([{ p, s: chunkPlace(head, place), deleted: true }]),
    );
  }

  return {
    async put(run) {
      const before = await readHead();
      if (before !== undefined && before.as_of > run.asOf) return;
      const parts = chunksOf(run);
      const head: Head = { id: run.id, as_of: run.asOf, made_at: run.madeAt, chunks: parts.length };
      const expiry = Math.ceil((run.madeAt + chunkKeptDays * dayMs) / 1_000);
      const written = parts.map((part, place) => ({ part, s: chunkPlace(head, place) }));
      await mapBounded(written, inFlightMax, ({ part, s }) =>
        table.update({ p, s, set: "part = :part, x = :x", values: { ":part": part, ":x": expiry } }),
      );
      const replaced = await table.update({
        ...{ p, s: headPlace },
        set: "id = :id, as_of = :as_of, made_at = :made_at, chunks = :chunks",
        onlyIf: "attribute_not_exists(p) OR as_of <= :as_of",
        values: { ":id": head.id, ":as_of": head.as_of, ":made_at": head.made_at, ":chunks": head.chunks },
      });
      const isOther = before !== undefined && (before.id !== head.id || before.made_at !== head.made_at);
      if (replaced !== undefined && isOther) await removeChunks(before);
    },

    async latest() {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const head = await readHead();
        if (head === undefined) return undefined;
        if (known?.head.id === head.id && known.head.made_at === head.made_at) return known.run;
        const run = await readRun(head);
        if (run === undefined) continue;
        known = { head, run };
        return run;
      }
      throw new Unavailable("control (forecasts)");
    },
  };
}
