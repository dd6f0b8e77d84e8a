import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "#app/caller.ts";

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

type Authenticate = (token: string) => Promise<Caller | undefined>;

/** The admin key of this machine comes before the stored keys: a new one takes the place of the old at once. */
export function withAdminKey(adminKey: string, authenticate: Authenticate): Authenticate {
  const expected = createHash("sha256").update(adminKey).digest();
  const admin: Caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };
  return async (token) => {
    const isAdmin = timingSafeEqual(createHash("sha256").update(token).digest(), expected);
    return isAdmin ? admin : authenticate(token);
  };
}
