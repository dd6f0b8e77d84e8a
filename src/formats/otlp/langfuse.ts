import { fieldsOf } from "../plain-text.ts";
import type { Dialect, ModelCall } from "./model-call.ts";
import { textOf, WrongAttribute } from "./read-attributes.ts";
import { metersOf } from "./token-meters.ts";

const USAGE = "langfuse.observation.usage_details";

const CALLS: ReadonlySet<string> = new Set(["generation", "embedding"]);
const OTHERS: ReadonlySet<string> = new Set(["agent", "tool", "chain", "retriever", "evaluator", "guardrail"]);

type Part = "input" | "output" | "cacheRead" | "cacheWrite" | "reasoning" | "audioInput" | "audioOutput" | "total";
type Parts = Record<Part, number>;

/** Names are free; Langfuse itself takes what has "input" in it for input. The first that fits decides. */
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/^total(?:_tokens)?$/, "total"],
  [/cache.*(?:creation|write)|ephemeral/, "cacheWrite"],
  [/cache/, "cacheRead"],
  [/reasoning/, "reasoning"],
  [/(?:input|prompt).*audio/, "audioInput"],
  [/(?:output|completion).*audio/, "audioOutput"],
  [/input|prompt/, "input"],
  [/output|completion/, "output"],
];

const partOf = (name: string) => PARTS.find(([names]) => names.test(name))?.[1];

function countIn(name: string, value: unknown): number {
  if (value === null) return 0;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  const found = (JSON.stringify(value) ?? "nothing").slice(0, 100);
  throw new WrongAttribute({ path: `attributes.${USAGE}.${name}`, found, wanted: "a whole number from 0" });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  if (value !== undefined) return fieldsOf(value);
  throw new WrongAttribute({ path: `attributes.${USAGE}`, found: text.slice(0, 100), wanted: "JSON" });
}

interface Usage {
  readonly parts: Readonly<Parts>;
  /** As OpenAI has it: totals with an object of details beside each. */
  readonly detailed: boolean;
}

function usageOf(text: string): Usage {
  const parts: Parts = {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
    audioInput: 0,
    audioOutput: 0,
    total: 0,
  };
  let detailed = false;
  const add = (name: string, part: Part | undefined, value: unknown) => {
    if (part !== undefined) parts[part] += countIn(name, value);
  };
  for (const [name, value] of Object.entries(fieldsIn(text))) {
    if (typeof value !== "object" || value === null) add(name, partOf(name), value);
    else if (name.endsWith("_details")) {
      detailed = true;
      for (const [detail, count] of Object.entries(fieldsOf(value))) {
        const part = partOf(`${name}.${detail}`);
        // What has no price of its own is in the total already.
        if (part !== "input" && part !== "output") add(`${name}.${detail}`, part, count);
      }
    }
  }
  return { parts, detailed };
}

/**
 * To Langfuse usage types are disjoint, and its SDKs take cached and reasoning tokens out of the totals before they send
 * them. Its wrapper of OpenAI's client for Python sends OpenAI's own totals, and applications what they like: a grand
 * total tells which; without one they are taken as Langfuse has it, as estimated.
 */
function measured({ parts, detailed }: Usage): Pick<ModelCall, "quantities" | "estimated"> {
  const { input, output, cacheRead, cacheWrite, reasoning, audioInput, audioOutput, total } = parts;
  const inputParts = cacheRead + cacheWrite + audioInput;
  const outputParts = reasoning + audioOutput;
  const details = inputParts + outputParts;
  const within = detailed || total === input + output;
  const disjoint = { ...parts, input: input + inputParts, output: output + outputParts, total: 0 };
  const quantities = metersOf(within ? parts : disjoint);
  return {
    quantities: Object.keys(quantities).length > 0 ? quantities : undefined,
    estimated: !within && details > 0 && total !== input + output + details,
  };
}

/** Langfuse's own SDKs: an observation's type says what it is, and its usage stands in one attribute, as JSON. */
export const langfuse: Dialect = ({ attributes }) => {
  const type = textOf(attributes, "langfuse.observation.type")?.toLowerCase();
  if (type === undefined) return undefined;
  if (OTHERS.has(type)) return "no_call";
  const usage = textOf(attributes, USAGE);
  if (!CALLS.has(type) || usage === undefined) return undefined;
  return {
    // What LangChain says of a model, the SDK keeps as metadata.
    provider: textOf(attributes, "langfuse.observation.metadata.ls_provider", "gen_ai.provider.name", "gen_ai.system"),
    model: textOf(attributes, "langfuse.observation.model.name", "gen_ai.response.model", "gen_ai.request.model"),
    ...measured(usageOf(usage)),
    // Without usage it may be what an application has put around a call.
    answered: false,
    responseId: textOf(attributes, "gen_ai.response.id"),
    serviceTier: undefined,
  };
};
