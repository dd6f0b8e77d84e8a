/**
 * Levenshtein distance: names are short. From `enough` on any number that is no less may be told instead. One row of the
 * table is kept, in place: thousands of names may be compared for one that is misspelt.
 */
export function distance(a: string, b: string, enough = Number.POSITIVE_INFINITY): number {
  const row = new Uint16Array(b.length + 1);
  for (let j = 1; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    let diagonal = i - 1;
    let left = i;
    let least = i;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j] as number;
      const replaced = letter === b.charCodeAt(j - 1) ? diagonal : diagonal + 1;
      left = Math.min(replaced, above + 1, left + 1);
      row[j] = left;
      diagonal = above;
      if (left < least) least = left;
    }
    // No later row has anything less.
    if (least >= enough) return least;
  }
  return row[b.length] as number;
}

/** Of a name, as many letters may be wrong: more, and the nearest one is another name and no slip. */
const wrongMax = (name: string) => Math.max(1, Math.floor(name.length / 3));

/** The name that was probably meant, whatever its case; of equally near ones the first; undefined when none is near. */
export function nearestName(sent: string, names: Iterable<string>): string | undefined {
  const wanted = sent.toLowerCase();
  let nearest: string | undefined;
  let least = wrongMax(wanted) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= least) continue;
    const wrong = distance(wanted, name.toLowerCase(), least);
    if (wrong < least) [nearest, least] = [name, wrong];
  }
  return nearest;
}
