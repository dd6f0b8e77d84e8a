import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** base64url */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Small letters. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function newToken(): string {
  return `fin_${randomBytes(24).toString("base64url")}`;
}

/** Letters and digits. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}

const tokenPattern = /^[\x21-\x7e]{1,512}$/;

/** Whole or not at all, whenever the machine stops. */
function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, text, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

/** The key that was given; else the one kept in the folder, made at its first start. The folder is this process's own. */
export function adminKeyFor(folder: string, given: string | undefined): string {
  if (given !== undefined) {
    if (tokenPattern.test(given)) return given;
    throw new Error("FINOPS_ADMIN_KEY: wanted 1 to 512 printable characters without spaces");
  }
  const file = join(folder, "admin-key");
  if (!existsSync(file)) writeWhole(file, newToken());
  const key = readFileSync(file, "utf8").trim();
  if (tokenPattern.test(key)) return key;
  throw new Error(`${file} holds no key: delete it, and a new one is made at the next start`);
}
