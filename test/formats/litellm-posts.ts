import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A post as LiteLLM 1.106.2 made it; prices, headers and tracebacks are cut out of its payloads. */
export interface LiteLlmPost {
  readonly run: string;
  readonly contentType: string;
  readonly body: string;
}

const file = fileURLToPath(new URL("../fixtures/litellm-posts.jsonl", import.meta.url));

export const litellmPosts: readonly LiteLlmPost[] = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as LiteLlmPost);
