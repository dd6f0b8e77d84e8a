import { usageFailure } from "./failure.ts";

/** `name=value`, cut at the first `=`, from an option that may be given several times. */
export function parsePairs(option: string, texts: readonly string[]): [name: string, value: string][] {
  return texts.map((text) => {
    const cut = text.indexOf("=");
    if (cut < 1 || cut === text.length - 1) {
      throw usageFailure(`${option} ${text}: not of the form name=value`, `write ${option} name=value`);
    }
    return [text.slice(0, cut), text.slice(cut + 1)];
  });
}

/** For commander: an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
