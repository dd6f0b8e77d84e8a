const decimals = 12;
const scale = 10n ** BigInt(decimals);

/** Whole pico-dollars of a decimal string: sums stay exact. */
export function parseUsd(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const pico = BigInt(whole) * scale + BigInt(fraction.padEnd(decimals, "0"));
  return sign ? -pico : pico;
}

/** At least `digits` decimals, and as many as the amount has. */
export function exact(pico, digits = 0) {
  const magnitude = pico < 0n ? -pico : pico;
  const fraction = String(magnitude % scale)
    .padStart(decimals, "0")
    .replace(/0+$/, "")
    .padEnd(digits, "0");
  return `${pico < 0n ? "-" : ""}${magnitude / scale}${fraction && `.${fraction}`}`;
}

export const rounded = (pico) =>
  Number(exact(pico)).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The decimals that show all of these amounts exactly. */
export const decimalsOf = (picos) => Math.max(2, ...picos.map((pico) => exact(pico).split(".")[1]?.length ?? 0));
