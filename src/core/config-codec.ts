import { type Config, INITIAL_CONFIG } from "./config.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** The stored form, JSON text. */
export function encodeConfig(config: Config): string {
  return encodeDocument(config);
}

/** Parts that the release which wrote it did not know are as initially. */
export function decodeConfig(text: string): Config {
  return { ...INITIAL_CONFIG, ...(decodeDocument(text) as Partial<Config>) };
}
