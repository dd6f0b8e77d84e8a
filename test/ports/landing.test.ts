import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { seedName } from "#local/landing-files.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { tempFolder } from "../local/temp-folder.ts";
import { landingContract } from "./landing.contract.ts";

landingContract("the landing folder", async () => {
  const folder = tempFolder();
  return {
    landing: await openParquetLanding(folder.path),
    files: async () =>
      globSync("landed_hour=*/*.parquet", { cwd: folder.path })
        .map((path) => ({
          hour: dirname(path).slice("landed_hour=".length),
          name: basename(path, ".parquet"),
          bytes: readFileSync(join(folder.path, path)),
        }))
        .filter(({ name }) => name !== seedName),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
});
