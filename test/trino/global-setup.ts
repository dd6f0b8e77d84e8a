import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { localCatalogs, startTrino } from "../emulator/trino.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Its address, and the folder that `local:///` is. */
    trino: { readonly url: string; readonly folder: string };
  }
}

/** One Trino for all files of the proof, on a folder. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "trino-lake-"));
  const trino = await startTrino({ catalogs: localCatalogs(folder), heapMb: 1_200 });
  provide("trino", { url: trino.url, folder });
  return async () => {
    await trino.kill();
    rmSync(folder, { recursive: true, force: true });
  };
}
