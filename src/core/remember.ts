/**
 * Keeps what was worked out under a key, at most so many: then it begins anew. For pure work whose keys come from
 * senders, few and repeated as a rule, any number at worst.
 */
export function remember<T>(max: number): (key: string, workOut: () => T) => T {
  const known = new Map<string, T>();
  return (key, workOut) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = workOut();
    if (known.size >= max) known.clear();
    known.set(key, value);
    return value;
  };
}
