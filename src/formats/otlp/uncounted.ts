import { plainText } from "../plain-text.ts";
import { textOf } from "./read-attributes.ts";
import type { Attributes } from "./span.ts";

const USAGE = /^(?:(?:gen_ai|llm|ai)\.usage\.|llm\.token_count\.|langfuse\.observation\.usage_details$)/;

/** Some tokens or costs stand on it, in whatever words. */
export function tellsUsage(attributes: Attributes): boolean {
  for (const [name, value] of attributes) {
    if (USAGE.test(name) && (typeof value === "number" ? value > 0 : Number(value) !== 0)) return true;
  }
  return false;
}

const operationMax = 64;

/** What a span calls its operation, for its sender to find it by. */
export function namedOperation(attributes: Attributes): string {
  const named = textOf(
    attributes,
    "gen_ai.operation.name",
    "ai.operationId",
    "llm.request.type",
    "openinference.span.kind",
    "langfuse.observation.type",
  );
  return plainText(named?.slice(0, operationMax), operationMax) ?? "not named";
}
