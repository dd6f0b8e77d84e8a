import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCatalogFile } from "#contract/catalog-file.ts";
import type { CatalogFile } from "#core/price-book.ts";

const suffix = ".json";

/** The public prices of `folder/<provider>.json`, each file read when its provider is first asked for, then kept. */
export function catalogFiles(folder: string): (provider: string) => CatalogFile | undefined {
  const providers = new Set(
    readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length)),
  );
  const read = new Map<string, CatalogFile>();
  return (provider) => {
    if (!providers.has(provider)) return undefined;
    const path = join(folder, `${provider}${suffix}`);
    const file = read.get(provider) ?? parseCatalogFile(readFileSync(path, "utf8"), { path, provider });
    read.set(provider, file);
    return file;
  };
}
