import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CatalogFile } from "#core/price-book.ts";
import { CATALOG_PROVIDERS } from "./providers.ts";
import { catalogText } from "./write-catalog.ts";

const FOLDER = new URL("../../catalog/", import.meta.url);
const READING = new URL("reading.json", import.meta.url);

/** Which versions were read, and on which UTC day: with them a refresh can be repeated exactly. */
export interface Reading {
  readonly read_on: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function readReading(): Reading {
  return JSON.parse(readFileSync(READING, "utf8")) as Reading;
}

export function writeReading(reading: Reading): void {
  writeFileSync(READING, `${JSON.stringify(reading, undefined, 2)}\n`);
}

export function readCatalog(): Map<string, CatalogFile> {
  const files = CATALOG_PROVIDERS.map(({ name }) => catalogPath(name)).filter((path) => existsSync(path));
  const catalog = files.map((path) => JSON.parse(readFileSync(path, "utf8")) as CatalogFile);
  return new Map(catalog.map((file) => [file.provider, file]));
}

export function writeCatalog(catalog: Iterable<CatalogFile>): void {
  for (const file of catalog) writeFileSync(catalogPath(file.provider), catalogText(file));
}

/** Providers whose file is not, to the byte, what `catalog` would be written as. */
export function staleProviders(catalog: Iterable<CatalogFile>): string[] {
  return [...catalog].flatMap((file) => {
    const path = catalogPath(file.provider);
    return existsSync(path) && readFileSync(path, "utf8") === catalogText(file) ? [] : [file.provider];
  });
}

function catalogPath(provider: string): string {
  return fileURLToPath(new URL(`${provider}.json`, FOLDER));
}
