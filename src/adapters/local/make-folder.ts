import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UnusableFolder } from "./unusable-folder.ts";

/** Steps from the root of a file system: a longer path is a mistake. */
const depthMax = 100;

/**
 * Makes the data folder, and those above it, for its owner alone. Step by step: below /proc Node's `recursive` never
 * ends (a folder is there, and yet nothing can be made in it).
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  try {
    for (let folder = path; missing.length < depthMax; folder = dirname(folder)) {
      const found = statSync(folder, { throwIfNoEntry: false });
      if (found?.isDirectory()) break;
      if (found !== undefined) throw new Error(`${folder} is no folder`);
      missing.push(folder);
    }
    for (const folder of missing.reverse()) mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const fix = "choose another folder with --data";
    throw new UnusableFolder(`The data folder ${path} cannot be made: ${why}`, { fix, cause });
  }
}
