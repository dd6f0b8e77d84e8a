/** So much of the shorter name they must begin alike. */
const alikeShare = 0.6;

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return i;
  return most;
}

/** The one whose name begins most like `name` ("gpt-5.2" of "gpt-5.2-mini"); undefined when none is much like it. */
export function similarModel(name: string, others: readonly string[]): string | undefined {
  let similar: string | undefined;
  let longest = 0;
  for (const other of others) {
    const common = commonLength(name, other);
    if (common <= longest || common < alikeShare * Math.min(name.length, other.length)) continue;
    [similar, longest] = [other, common];
  }
  return similar;
}
