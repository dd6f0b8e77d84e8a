import { readFileSync } from "node:fs";

const folder = new URL("../sql/", import.meta.url);

/** The text of `sql/<name>.sql`. */
export const readStatement = (name: string) => readFileSync(new URL(`${name}.sql`, folder), "utf8");
