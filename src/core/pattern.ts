/** A pattern of the config as a test of whole texts: `*` stands for any characters, everything else for itself. */
function compile(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return (text) => text === pattern;
  const last = rest.pop() ?? "";
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    // The leftmost place of each part leaves the most room for the next ones.
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** True for texts that one of the patterns matches whole, in the letters given. */
export function compilePatterns(patterns: readonly string[]): (text: string) => boolean {
  const compiled = patterns.map(compile);
  return (text) => compiled.some((matches) => matches(text));
}

export function matchesPattern(pattern: string, text: string): boolean {
  return compile(pattern)(text);
}
