import { CsvError, type Info, parse } from "csv-parse/sync";
import { adoptionRow } from "#contract/adoption-plans.ts";
import { check } from "#contract/check.ts";
import { ADOPTION_KINDS, type AdoptionKind } from "#core/adoption-plan.ts";
import { usageFailure } from "./failure.ts";

export interface AdoptionRows {
  readonly kind: AdoptionKind;
  readonly rows: readonly { readonly feature: string; readonly month: string; readonly customers: number }[];
  /** Line of the file, from 1, of the row at a place. */
  readonly lineOf: (place: number) => number | undefined;
}

/** The sync reader answers so with `info`. */
interface Read {
  readonly record: Readonly<Record<string, string>>;
  readonly info: Info;
}

function recordsOf(file: string, text: string): readonly Read[] {
  const options = { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true } as const;
  try {
    return parse(text, options) as unknown as Read[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw usageFailure(`${file} is no CSV that can be read: ${error.message}`);
  }
}

function kindOf(file: string, columns: readonly string[]): AdoptionKind {
  const known = ["feature", "month", ...ADOPTION_KINDS] as readonly string[];
  const kinds = ADOPTION_KINDS.filter((kind) => columns.includes(kind));
  const [kind] = kinds;
  const isWhole =
    columns.includes("feature") && columns.includes("month") && columns.every((one) => known.includes(one));
  if (kind !== undefined && kinds.length === 1 && isWhole) return kind;
  const wanted = `feature, month and one of ${ADOPTION_KINDS.join(", ")}`;
  throw usageFailure(`${file}:1: found the columns ${columns.join(", ") || "none"}, wanted ${wanted}`);
}

const wholeNumber = /^\d{1,10}$/;

/** The rows of a plan; or every row that is wrong, with its line. */
export function readAdoptionCsv(file: string, text: string): AdoptionRows {
  const records = recordsOf(file, text);
  const [first] = records;
  if (first === undefined) throw usageFailure(`${file} has no rows`, "the first line names the columns");
  const kind = kindOf(file, Object.keys(first.record));
  const faults: string[] = [];
  const rows = records.map(({ record: { feature = "", month = "", [kind]: count = "" }, info: { lines } }) => {
    const row = { feature, month, customers: wholeNumber.test(count) ? Number(count) : count };
    const checked = check(adoptionRow, row);
    for (const { path, found, wanted } of checked.ok ? [] : checked.errors) {
      faults.push(`  ${file}:${lines} ${path === "customers" ? kind : path}: found ${found}, wanted ${wanted}`);
    }
    return { feature, month, customers: Number(count) };
  });
  if (faults.length > 0) throw usageFailure([`${file} cannot be taken, and nothing of it was:`, ...faults].join("\n"));
  return { kind, rows, lineOf: (place) => records[place]?.info.lines };
}
