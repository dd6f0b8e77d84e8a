const models = ["gpt-4o", "gpt-4o-mini"];
const teams = ["search", "support", "growth"];

/** A request body as a sender writes it: events with ids of their own, half with meters, half with the raw usage. */
export function bodyOf(batch: string, count: number, timeMs: number): string {
  const events = Array.from({ length: count }, (_, i) => {
    const uncached = 200 + ((i * 53) % 3_000);
    const cached = (i * 37) % 900;
    const output = 20 + ((i * 29) % 800);
    return {
      id: `${batch}-${i}`,
      source: "bench-gateway",
      time: new Date(timeMs - i * 10).toISOString(),
      provider: "openai",
      model: models[i % models.length],
      ...(i % 2 === 0
        ? { meters: { uncached_input_tokens: uncached, cache_read_tokens: cached, text_output_tokens: output } }
        : {
            usage_format: "openai_chat",
            usage: {
              prompt_tokens: uncached + cached,
              completion_tokens: output,
              total_tokens: uncached + cached + output,
              prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
              completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
            },
          }),
      attribution: {
        team: teams[i % teams.length],
        feature: "answers",
        environment: "production",
        region: "eu",
        customer_tier: "pro",
        customer_id: `customer-${i % 50}`,
      },
      tags: { release: "2026-11" },
      response_id: `chatcmpl-${batch}-${i}`,
    };
  });
  return JSON.stringify({ events });
}
