import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Says which of the data folders the server on a port uses: a laptop may have the demo and data of its own. */
const pointerPath = (dataDir: string, port: string) => join(dataDir, `port-${port}`);

/** Left by `start` for the commands beside it; an admin key from the environment is written nowhere. */
export async function rememberFolder(dataDir: string, url: string, folder: "data" | "demo" | undefined): Promise<void> {
  const path = pointerPath(dataDir, new URL(url).port);
  await (folder === undefined ? rm(path, { force: true }) : writeFile(path, folder));
}

/** The admin key that a server on this machine keeps beside its data, readable by its user alone. */
export async function localKey(dataDir: string, url: URL): Promise<string | undefined> {
  if (!loopback.has(url.hostname)) return undefined;
  try {
    const folder = (await readFile(pointerPath(dataDir, url.port), "utf8")) === "demo" ? "demo" : "data";
    return (await readFile(join(dataDir, folder, "admin-key"), "utf8")).trim();
  } catch {
    return undefined; // No server was started in this folder, or by another user: the caller has to name a key.
  }
}
