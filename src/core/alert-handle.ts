const digits = "0123456789abcdefghjkmnpqrstvwxyz";
export const HANDLE_LENGTH = 8;
const bitsPerDigit = 5n;

// FNV-1a of 64 bits, over UTF-16 code units.
const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

function hash64(text: string): bigint {
  let hash = offset;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * prime);
  return hash;
}

/**
 * What people call a state by, of its id: eight letters and digits that can be typed. Two of a thousand states share one
 * once in two million times, or by somebody's intent: who looks one up then says so, and takes the id in its place.
 */
export function alertHandle(stateId: string): string {
  const hash = hash64(stateId);
  const folded = hash ^ (hash >> 32n);
  return Array.from(
    { length: HANDLE_LENGTH },
    (_, i) => digits[Number((folded >> (BigInt(i) * bitsPerDigit)) & 31n)],
  ).join("");
}
