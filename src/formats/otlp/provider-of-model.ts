import { providerPrefix } from "#core/resolve-model.ts";

/** Model ids that only one provider gives out. */
const BY_ID: readonly (readonly [RegExp, string])[] = [
  [/^arn:aws[a-z-]*:bedrock:/, "aws.bedrock"],
  // `anthropic.claude-…`, and with the region of an inference profile before it: `us.`, `global.`, `us-gov.`
  [
    /^(?:[a-z-]{2,6}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen|stability|writer)\.[a-z]/,
    "aws.bedrock",
  ],
  [/^claude-[^@]+@/, "gcp.vertex_ai"],
  [/^claude-/, "anthropic"],
  [/^(?:gpt-(?!oss)|chatgpt-|o[134](?:-|$)|text-embedding-(?:3|ada)-)/, "openai"],
  [/^gemini-/, "gcp.gemini"],
];

/** Who a call went to, where nobody says it and the model's id tells. A guess: resellers may keep the id. */
export function providerOfModel(model: string): string | undefined {
  return BY_ID.find(([id]) => id.test(model))?.[1] ?? providerPrefix(model);
}
