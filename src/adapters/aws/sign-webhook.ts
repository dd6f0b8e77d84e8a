import { createHash, createHmac } from "node:crypto";
import type { Instant } from "#core/time.ts";

const prefix = "whsec_";
const keyBytes = { min: 24, max: 64 };

/** A token for a header, which an id may not be: of every id another one, and always the same. */
export function webhookId(id: string): string {
  return `msg_${createHash("sha256").update(id).digest("base64url")}`;
}

function keyOf(word: string, what: string): Buffer {
  const key = Buffer.from(word.startsWith(prefix) ? word.slice(prefix.length) : "", "base64");
  if (key.length >= keyBytes.min && key.length <= keyBytes.max) return key;
  throw new Error(`${what}: want whsec_ and ${keyBytes.min} to ${keyBytes.max} random bytes in base64`);
}

/**
 * The headers of Standard Webhooks (version 1.0.0 of its specification). A secret of several words signs with each of them,
 * so that a consumer may go from one to the next at its own time. Errors name the secret as `what`, never its value.
 */
export function signWebhook(
  secret: { readonly text: string; readonly what: string },
  { id, body, at }: { readonly id: string; readonly body: string; readonly at: Instant },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const keys = secret.text
    .trim()
    .split(/\s+/)
    .map((word) => keyOf(word, secret.what));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
