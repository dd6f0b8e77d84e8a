import { fieldsOf, plainText } from "./plain-text.ts";

const lengthMax = 64;

/** Hosts that name the place where a model runs, and the place of those that serve the world. */
const HOSTS: readonly (readonly [RegExp, (place: string) => string])[] = [
  [/^https?:\/\/bedrock(?:-runtime)?(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/, (region) => region],
  [/^https?:\/\/([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com/, (region) => region],
  [/^https?:\/\/aiplatform\.(googleapis)\.com/, () => "global"],
  [/^https?:\/\/(us|eu)\.api\.openai\.com/, (place) => place],
];

/** Where the model ran, by what the payload says of it, else by the address that was called; undefined when neither tells. */
export function liteLlmPlace(payload: ReturnType<typeof fieldsOf>): string | undefined {
  const { vertex_location, data_residency } = fieldsOf(payload.cost_breakdown);
  const told = plainText(vertex_location, lengthMax) ?? plainText(data_residency, lengthMax);
  if (told !== undefined) return told;
  return typeof payload.api_base === "string" ? placeOfAddress(payload.api_base) : undefined;
}

/** Of the address of a model's API: "https://…". */
export function placeOfAddress(address: string): string | undefined {
  for (const [host, placeOf] of HOSTS) {
    const named = host.exec(address)?.[1];
    if (named !== undefined) return placeOf(named);
  }
  return undefined;
}
