import { readdirSync, readFileSync } from "node:fs";

interface AnalystQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

const folder = new URL("../sql/analyst/", import.meta.url);
const descriptionMax = 1_024;

/** The statements of `sql/analyst`, each described by the first comment lines of its file. */
export function analystQueries(): readonly AnalystQuery[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return files.sort().map((file) => {
    const sql = readFileSync(new URL(file, folder), "utf8");
    const comments = sql.split("\n").filter((line) => line.startsWith("-- "));
    const description = comments.map((line) => line.slice(3).trim()).join(" ");
    return { name: file.slice(0, -".sql".length), description: description.slice(0, descriptionMax), sql };
  });
}
