import * as z from "zod";

// Slack's limits as its reference has them (docs.slack.dev/reference/block-kit, read in 2026), for the blocks that
// messages may hold. Strict: a field that Slack does not know makes it refuse the message.

/** No half of a character, and none that Slack would refuse or swallow. */
const clean = (text: string) => text.isWellFormed() && !/[\p{Cc}]/u.test(text.replaceAll("\n", ""));

const chars = (max: number) => z.string().min(1).max(max).refine(clean, { error: "characters that are none" });
const plainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: chars(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    // `<` begins a mention or a link, `&` an entity, of which there are three.
    text: chars(max).refine((text) => !/[<>]|&(?!(?:amp|lt|gt);)/.test(text), { error: "not escaped" }),
    verbatim: z.boolean().optional(),
  });
const text = (max: number) => z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);

const header = z.strictObject({ type: z.literal("header"), text: plainText(150) });
const section = z
  .strictObject({
    type: z.literal("section"),
    text: text(3_000).optional(),
    fields: z.array(text(2_000)).min(1).max(10).optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, { error: "neither text nor fields" });
const context = z.strictObject({ type: z.literal("context"), elements: z.array(text(3_000)).min(1).max(10) });
const button = z.strictObject({
  type: z.literal("button"),
  text: plainText(75),
  url: z.url({ protocol: /^https?$/ }).max(3_000),
});
const actions = z.strictObject({ type: z.literal("actions"), elements: z.array(button).min(1).max(25) });

/** What an incoming webhook of Slack takes. Longer texts of notifications are cut by Slack from 4,000 characters on. */
export const slackPayload = z.strictObject({
  text: chars(4_000),
  blocks: z
    .array(z.discriminatedUnion("type", [header, section, context, actions]))
    .min(1)
    .max(50),
});
