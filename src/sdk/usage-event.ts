/** Whom usage is for. */
export interface Attribution {
  readonly team?: string | undefined;
  readonly feature?: string | undefined;
  /** development, staging or production, in any spelling that the server knows. */
  readonly environment?: string | undefined;
  /** The business region, not where the model ran. */
  readonly region?: string | undefined;
  readonly customer_tier?: string | undefined;
  readonly purpose?: "customer_facing" | "internal" | "evaluation" | "experiment" | undefined;
  readonly customer_id?: string | undefined;
}

/** At most 10 an event, names and values of 1 to 64 characters. */
export type Tags = Readonly<Record<string, string>>;

/** What holds for every call made within. */
export interface Context extends Attribution {
  readonly tags?: Tags | undefined;
}

export type UsageFormat =
  | "openai_chat"
  | "openai_responses"
  | "openai_embeddings"
  | "anthropic_messages"
  | "gemini"
  | "bedrock_converse"
  | "otel";

export type Meter =
  | "uncached_input_tokens"
  | "cache_read_tokens"
  | "cache_write_5m_tokens"
  | "cache_write_1h_tokens"
  | "image_input_tokens"
  | "audio_input_tokens"
  | "cached_audio_input_tokens"
  | "text_output_tokens"
  | "reasoning_tokens"
  | "image_output_tokens"
  | "audio_output_tokens"
  | "images"
  | "input_characters"
  | "audio_input_seconds"
  | "audio_output_seconds"
  | "video_output_seconds"
  | "pages"
  | "search_units"
  | "web_searches";

/** Disjoint whole quantities. */
export type Meters = { readonly [name in Meter]?: number | undefined };

/** How much was used: by disjoint meters, or as the provider's own usage object and how to read it. */
type Usage =
  | { readonly meters: Meters; readonly usage?: undefined; readonly usage_format?: undefined }
  | { readonly usage: object; readonly usage_format: UsageFormat; readonly meters?: undefined };

/** One AI call, or a group of `requests` calls, as the server's POST /v1/events takes it. */
export type UsageEvent = Usage & {
  /** Together with the source it counts once for ever. Left out, a random one is made. */
  readonly id?: string | undefined;
  /** Left out, the meter's own. */
  readonly source?: string | undefined;
  /** When the call was made. Left out, now. */
  readonly time?: Date | string | undefined;
  readonly provider: string;
  readonly model: string;
  readonly service_tier?: string | undefined;
  readonly speed?: "standard" | "fast" | undefined;
  readonly serving_location?: string | undefined;
  readonly requests?: number | undefined;
  /** True when the quantities are a guess. */
  readonly quantities_estimated?: boolean | undefined;
  readonly attribution?: Attribution | undefined;
  readonly tags?: Tags | undefined;
  /** The provider's own id of the call. */
  readonly response_id?: string | undefined;
};
