/** So many days at most are recomputed in one pipeline run: what travels from step to step stays small. */
export const daysPerRunMax = 900;
