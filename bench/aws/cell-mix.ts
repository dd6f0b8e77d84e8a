/** How events are spread over so many active cells. */
export interface CellMix {
  readonly name: string;
  /** The cell of the next event. */
  readonly draw: (random: () => number) => number;
}

/** Each as often as any other: no spread makes more writes. */
export const evenly = (cells: number): CellMix => ({
  name: `${cells}`,
  draw: (random) => Math.floor(random() * cells),
});

/** The n-th cell gets 1/n of what the first one gets, as a few features make most of the calls. */
export function zipf(cells: number): CellMix {
  const upTo: number[] = [];
  for (let cell = 0, sum = 0; cell < cells; cell++) {
    sum += 1 / (cell + 1);
    upTo.push(sum);
  }
  const total = upTo.at(-1) ?? 0;
  return {
    name: `${cells}, Zipf`,
    draw: (random) => {
      const place = random() * total;
      return upTo.findIndex((sum) => place < sum);
    },
  };
}
