import { readFileSync } from "node:fs";

// In a bundle this is `index.mjs`, and the assets lie beside it.
export const catalogFolder = new URL("./catalog/", import.meta.url);
const sqlFolder = new URL("./sql/", import.meta.url);

const read = new Map<string, string>();

/** The text of `sql/<name>.sql`, read when first asked for. Names come from code, never from a request. */
export function bundledStatement(name: string): string {
  const text = read.get(name) ?? readFileSync(new URL(`${name}.sql`, sqlFolder), "utf8");
  read.set(name, text);
  return text;
}
