import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another server works on this data folder. The message is for people. */
export class FolderInUse extends Error {
  constructor(folder: string, holder: string) {
    super(
      `The data folder ${folder} is in use by another server (${holder}). ` +
        "Two servers on one folder would count twice: stop the other one, or give this one its own folder with --data.",
    );
    this.name = "FolderInUse";
  }
}

const sqliteBusy = 5;

function holderOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "it has not said which";
  }
}

/**
 * Takes an existing data folder for this process until the function returned is called. The lock is the operating
 * system's, held through an open SQLite transaction: it ends with the process, however that ends.
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, "lock.db"));
  const holderPath = join(folder, "lock-holder.txt");
  try {
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    writeFileSync(holderPath, `process ${process.pid}`);
  } catch (error) {
    database.close();
    const busy = error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
    throw busy ? new FolderInUse(folder, holderOf(holderPath)) : error;
  }
  return () => database.close();
}
