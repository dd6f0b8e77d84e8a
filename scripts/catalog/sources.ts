import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Prices stand as the text of the number in the file. */
export type LitellmEntry = Readonly<Record<string, unknown>> & {
  readonly litellm_provider?: string;
  readonly mode?: string;
  readonly source?: string;
};

export type GenaiClause =
  | { readonly kind: "ClauseEquals"; readonly equals: string }
  | { readonly kind: "ClauseStartsWith"; readonly starts_with: string }
  | { readonly kind: "ClauseEndsWith"; readonly ends_with: string }
  | { readonly kind: "ClauseContains"; readonly contains: string }
  | { readonly kind: "ClauseRegex"; readonly regex: string }
  | { readonly kind: "ClauseOr"; readonly or_: readonly GenaiClause[] }
  | { readonly kind: "ClauseAnd"; readonly and_: readonly GenaiClause[] };

export type GenaiPrice =
  | string
  | { readonly base: string; readonly tiers: readonly { start: number; price: string }[] };
/** By price key ("input_mtok"), and `kind`, the class name. */
export type GenaiPrices = Readonly<Record<string, GenaiPrice>>;
export type GenaiConstraint =
  | { readonly kind: "StartDateConstraint"; readonly start_date: string }
  | { readonly kind: "TimeOfDateConstraint" };

export interface GenaiModel {
  readonly id: string;
  readonly match: GenaiClause;
  readonly prices:
    | GenaiPrices
    | readonly { readonly constraint?: GenaiConstraint | null; readonly prices: GenaiPrices }[];
  readonly price_variants?: readonly GenaiVariant[];
}

export interface GenaiVariant {
  readonly when: Readonly<Record<string, string>>;
  readonly prices: GenaiPrices;
  readonly constraint?: GenaiConstraint | null;
}

export interface GenaiProvider {
  readonly id: string;
  readonly pricing_urls?: readonly string[];
  readonly fallback_model_providers?: readonly string[];
  readonly models: readonly GenaiModel[];
}

export interface PriceSources {
  readonly versions: Readonly<Record<string, string>>;
  readonly litellm: Readonly<Record<string, LitellmEntry>>;
  readonly genai_providers: readonly GenaiProvider[];
  /** Units that a price is for, by usage key. */
  readonly genai_units: Readonly<Record<string, { readonly per: number; readonly price_key: string }>>;
}

const DUMP_SCRIPT = fileURLToPath(new URL("dump-sources.py", import.meta.url));
const DUMP_BYTES_MAX = 64 * 1024 * 1024;

/** Downloads the two packages (without installing or running them) and reads the prices inside. Needs python3 and pip. */
export function downloadSources(requirements: readonly string[]): PriceSources {
  const folder = mkdtempSync(join(tmpdir(), "price-sources-"));
  try {
    const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
    execFileSync("python3", [...pip, "--dest", folder, ...requirements], { stdio: ["ignore", "ignore", "inherit"] });
    return readSources(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads the prices inside the two wheels in `folder`. */
export function readSources(folder: string): PriceSources {
  const dump = execFileSync("python3", [DUMP_SCRIPT, folder], { maxBuffer: DUMP_BYTES_MAX, encoding: "utf8" });
  return JSON.parse(dump) as PriceSources;
}
