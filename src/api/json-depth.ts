const quote = 0x22;
const backslash = 0x5c;

/**
 * Do brackets nest deeper than `max`? Looks at the bytes of a JSON text before it is parsed, so that nothing after it
 * meets a structure deep enough to exhaust the stack or the memory.
 */
export function isDeeperThan(json: Uint8Array, max: number): boolean {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === quote) i = endOfString(json, i);
    // [ is 0x5b and { is 0x7b; their closing ones are two further.
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > max) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

/** Where the string that opens at `start` closes. */
function endOfString(json: Uint8Array, start: number): number {
  let end = json.indexOf(quote, start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = json.indexOf(quote, end + 1);
  }
  return json.length;
}
