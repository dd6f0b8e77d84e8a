const decimals = 12;
const scale = 10n ** BigInt(decimals);

/** Whole pico-dollars of a decimal string: sums stay exact. */
export function parseUsd(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const pico = BigInt(whole) * scale + BigInt(fraction.padEnd(decimals, "0"));
  return sign ? -pico : pico;
}

export function exact(pico) {
  const magnitude = pico < 0n ? -pico : pico;
  const fraction = String(magnitude % scale)
    .padStart(decimals, "0")
    .replace(/0+$/, "");
  return `${pico < 0n ? "-" : ""}${magnitude / scale}${fraction && `.${fraction}`}`;
}

export const rounded = (pico) =>
  Number(exact(pico)).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
