import type { Instant } from "#core/time.ts";
import { type Answer, postableAddress, postJson } from "./post-json.ts";
import { signWebhook, webhookId } from "./sign-webhook.ts";

/** Posts a signed webhook. Each attempt is signed anew: its time is part of what is signed. */
export async function postWebhook(
  to: { readonly url: string; readonly secret: { readonly text: string; readonly what: string } },
  message: { readonly id: string; readonly body: string },
  { at, timeoutMs }: { readonly at: Instant; readonly timeoutMs: number },
): Promise<Answer> {
  const { body } = message;
  const headers = signWebhook(to.secret, { id: webhookId(message.id), body, at });
  return await postJson(postableAddress(to.url, "the webhook's url"), { body, headers, timeoutMs });
}
