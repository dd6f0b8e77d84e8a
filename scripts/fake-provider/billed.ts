/** What the fake provider counts for one call, disjoint: the usage objects it sends are made from this. */
export interface Billed {
  readonly id: string;
  readonly path: string;
  readonly model: string;
  /** Of meters, as the ledger names them; those that are zero left out. */
  readonly meters: Readonly<Record<string, number>>;
  readonly isStream: boolean;
  /** The client was gone before it was told. */
  isCut: boolean;
}

export interface Counts {
  readonly fresh: number;
  readonly cached: number;
  readonly written: number;
  readonly text: number;
  readonly reasoning: number;
}

/** Different for each call, each part present and absent in turn. */
export function countsOf(call: number): Counts {
  return {
    fresh: 1_000 + call,
    cached: call % 3 === 0 ? 0 : 64 * (1 + (call % 5)),
    written: call % 4 === 0 ? 128 + call : 0,
    text: 20 + (call % 17),
    reasoning: call % 2 === 0 ? 0 : 32 + (call % 7),
  };
}

const present = (meters: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(meters).filter(([, count]) => count > 0));

interface Told {
  readonly meters: Readonly<Record<string, number>>;
  readonly usage: Readonly<Record<string, unknown>>;
}

/** Cached tokens are part of OpenAI's input, reasoning is part of its output. */
export function openAiUsage(names: "chat" | "responses", { fresh, cached, text, reasoning }: Counts): Told {
  const [input, output] = names === "chat" ? ["prompt", "completion"] : ["input", "output"];
  return {
    meters: present({
      uncached_input_tokens: fresh,
      cache_read_tokens: cached,
      text_output_tokens: text,
      reasoning_tokens: reasoning,
    }),
    usage: {
      [`${input}_tokens`]: fresh + cached,
      [`${output}_tokens`]: text + reasoning,
      total_tokens: fresh + cached + text + reasoning,
      [`${input}_tokens_details`]: { cached_tokens: cached },
      [`${output}_tokens_details`]: { reasoning_tokens: reasoning },
    },
  };
}

/** Anthropic's parts of the input are disjoint, its thinking is in the output. */
export function anthropicUsage({ fresh, cached, written, text, reasoning }: Counts): Told {
  return {
    meters: present({
      uncached_input_tokens: fresh,
      cache_read_tokens: cached,
      cache_write_1h_tokens: written,
      text_output_tokens: text + reasoning,
    }),
    usage: {
      input_tokens: fresh,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: written,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written },
      output_tokens: text + reasoning,
      service_tier: "standard",
    },
  };
}

export function embeddingsUsage({ fresh }: Counts): Told {
  return { meters: { uncached_input_tokens: fresh }, usage: { prompt_tokens: fresh, total_tokens: fresh } };
}
