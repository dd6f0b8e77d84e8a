import { buildCatalog } from "./build-catalog.ts";
import { catalogChanges } from "./catalog-changes.ts";
import { readCatalog, readReading, staleProviders, writeCatalog, writeReading } from "./catalog-files.ts";
import { CATALOG_PROVIDERS } from "./providers.ts";
import { downloadSources } from "./sources.ts";

const PACKAGES = ["genai-prices", "litellm"];

/** Reads the public prices, rewrites `catalog/` and prints what changed. */
function refresh(requirements: readonly string[]): void {
  const sources = downloadSources(requirements);
  const read_on = new Date().toISOString().slice(0, 10);
  const before = readCatalog();
  const after = CATALOG_PROVIDERS.map((provider) => buildCatalog(provider, sources, read_on));
  const changes = after.flatMap((file) => catalogChanges(before.get(file.provider), file));
  writeCatalog(after);
  writeReading({ read_on, versions: sources.versions });
  console.log(changes.length === 0 ? "Nothing changed." : changes.join("\n"));
}

/** Repeats the reading that made `catalog/` and fails where a file differs from it. */
function check(): void {
  const { read_on, versions } = readReading();
  const sources = downloadSources(Object.entries(versions).map(([name, version]) => `${name}==${version}`));
  const stale = staleProviders(CATALOG_PROVIDERS.map((provider) => buildCatalog(provider, sources, read_on)));
  if (stale.length > 0) throw new Error(`Not what its sources give: ${stale.join(", ")}. Run npm run catalog:refresh.`);
  console.log(`The catalogue is what ${JSON.stringify(versions)} give on ${read_on}.`);
}

// Arguments choose versions as pip writes them ("litellm==1.106.2"); without any the newest are read.
const [first, ...others] = process.argv.slice(2);
if (first === "--check") check();
else refresh(first === undefined ? PACKAGES : [first, ...others]);
