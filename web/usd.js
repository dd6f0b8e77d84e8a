const decimals = 12;
const scale = 10n ** BigInt(decimals);

/** Whole pico-dollars of a decimal string: sums stay exact. */
export function parseUsd(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const pico = BigInt(whole) * scale + BigInt(fraction.padEnd(decimals, "0"));
  return sign ? -pico : pico;
}

/** As on the wire: as many decimals as the amount has. */
export function exact(pico) {
  const magnitude = pico < 0n ? -pico : pico;
  const fraction = String(magnitude % scale)
    .padStart(decimals, "0")
    .replace(/0+$/, "");
  return `${pico < 0n ? "-" : ""}${magnitude / scale}${fraction && `.${fraction}`}`;
}

/** In the reader's locale, from the decimal string: no digit goes through a float. */
function inLocale(pico, decimalsMax) {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: decimalsMax }).format(
    exact(pico),
  );
}

const halfCent = scale / 200n;

/** Two decimals; an amount that these would show as nothing keeps more. */
export function rounded(pico) {
  const isTiny = pico !== 0n && pico < halfCent && pico > -halfCent;
  return inLocale(pico, isTiny ? decimals : 2);
}

export const allDecimals = (pico) => inLocale(pico, decimals);
