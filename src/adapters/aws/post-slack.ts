import { type Answer, postableAddress, postJson } from "./post-json.ts";
import type { SlackMessage } from "./slack-message.ts";

/** Posts to an incoming webhook, whose address is the secret that lets one post: `what` names it in errors. */
export async function postSlack(
  secret: { readonly text: string; readonly what: string },
  message: SlackMessage,
  timeoutMs: number,
): Promise<Answer> {
  return await postJson(postableAddress(secret.text, secret.what), { body: JSON.stringify(message), timeoutMs });
}
