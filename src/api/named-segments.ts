const shownMax = 5;

/** "chat (cogs), chat (rnd) and 7 more": the reply has a row of each. */
export function namedSegments(segments: readonly { readonly feature: string; readonly costClass: string }[]): string {
  const names = segments.map(({ feature, costClass }) => `${feature} (${costClass})`);
  const more = names.length - shownMax;
  return more > 0 ? `${names.slice(0, shownMax).join(", ")} and ${more} more` : names.join(", ");
}
