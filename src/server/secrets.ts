import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** base64url */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

export function newToken(): string {
  return `fin_${randomBytes(24).toString("base64url")}`;
}

/** Letters and digits. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}

const tokenPattern = /^[\x21-\x7e]{1,512}$/;

/** The key that was given; else the one kept in the folder, made at its first start. */
export function adminKeyFor(folder: string, given: string | undefined): string {
  if (given !== undefined) {
    if (tokenPattern.test(given)) return given;
    throw new Error("FINOPS_ADMIN_KEY: wanted 1 to 512 printable characters without spaces");
  }
  const file = join(folder, "admin-key");
  try {
    writeFileSync(file, newToken(), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8").trim();
}
