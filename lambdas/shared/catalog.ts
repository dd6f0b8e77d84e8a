import { readdirSync, readFileSync } from "node:fs";
import type { CatalogFile } from "#core/price-book.ts";

const suffix = ".json";

/**
 * The public prices of `<folder>/<provider>.json`, each read when its provider is first asked for. What lies in a
 * bundle was checked when it was made: nothing is checked here, where it would cost each start.
 */
export function bundledCatalog(folder: URL): (provider: string) => CatalogFile | undefined {
  const providers = new Set(readdirSync(folder).map((name) => name.slice(0, -suffix.length)));
  const read = new Map<string, CatalogFile>();
  return (provider) => {
    if (!providers.has(provider)) return undefined;
    const file =
      read.get(provider) ?? (JSON.parse(readFileSync(new URL(`${provider}${suffix}`, folder), "utf8")) as CatalogFile);
    read.set(provider, file);
    return file;
  };
}
