import { createHash, randomBytes, randomUUID } from "node:crypto";

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

/** Tells the writes of one call from those of another: 48 bits. */
export function newWriteId(): string {
  return randomBytes(6).toString("base64url");
}
