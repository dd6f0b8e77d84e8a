/**
 * How large calls are: the quantiles, in steps of 2.5 %, of the 8,819 calls of a coding service and the 19,366 calls
 * of a conversation service in the Azure LLM inference trace of November 2023.
 *
 * Derived from AzureLLMInferenceTrace_code.csv and AzureLLMInferenceTrace_conv.csv, Azure Public Dataset
 * (https://github.com/Azure/AzurePublicDataset), © Microsoft, licensed CC-BY 4.0
 * (https://creativecommons.org/licenses/by/4.0/). Changed: reduced to quantiles (nearest rank).
 */
const quantiles = {
  code: {
    input: [
      3, 44, 75, 102, 147, 185, 232, 299, 386, 484, 578, 679, 770, 863, 938, 1016, 1075, 1153, 1261, 1370, 1469, 1585,
      1690, 1798, 1909, 2048, 2164, 2305, 2433, 2578, 2745, 2942, 3192, 3538, 3919, 4434, 5186, 6097, 7302, 7435, 7437,
    ],
    output: [
      6, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 16, 16, 18, 19, 20, 22, 24, 26,
      29, 33, 39, 46, 55, 69, 90, 145, 1899,
    ],
  },
  conversation: {
    input: [
      2, 120, 181, 200, 207, 235, 372, 379, 387, 393, 396, 400, 403, 407, 414, 428, 703, 922, 984, 1005, 1020, 1034,
      1045, 1058, 1071, 1083, 1097, 1112, 1130, 1153, 1189, 1277, 1315, 1434, 1876, 2309, 2734, 4075, 4083, 4092, 14050,
    ],
    output: [
      7, 28, 41, 48, 54, 60, 67, 72, 77, 82, 85, 88, 91, 93, 96, 99, 103, 108, 113, 120, 129, 139, 151, 162, 177, 195,
      217, 373, 384, 391, 395, 396, 400, 406, 411, 416, 424, 430, 451, 522, 1000,
    ],
  },
} as const;

export type CallProfile = keyof typeof quantiles;

/** Tokens of a call, or of a group of calls together. */
export interface CallSize {
  readonly input: number;
  readonly output: number;
}

function draw(table: readonly number[], random: () => number): number {
  const place = random() * (table.length - 1);
  const below = table[Math.floor(place)] ?? 0;
  const above = table[Math.floor(place) + 1] ?? below;
  return below + (above - below) * (place % 1);
}

/** Calls beyond this many are as large as the mean of those drawn: a group of thousands costs no thousand draws. */
const drawsMax = 24;

/** The size of `calls` calls together. Input and output are drawn apart: in the trace they hardly correlate. */
export function drawCalls(profile: CallProfile, calls: number, random: () => number): CallSize {
  const draws = Math.min(calls, drawsMax);
  let input = 0;
  let output = 0;
  for (let i = 0; i < draws; i++) {
    input += draw(quantiles[profile].input, random);
    output += draw(quantiles[profile].output, random);
  }
  return { input: Math.round((input / draws) * calls), output: Math.round((output / draws) * calls) };
}
