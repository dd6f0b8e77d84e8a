import { PRICES, type PriceName } from "./prices.ts";

/** So much of something that has a price. */
export interface CostLine {
  readonly what: string;
  readonly price: PriceName;
  readonly amount: number;
}

export const usdOf = ({ price, amount }: CostLine): number => amount * PRICES[price].usd;

export const totalUsd = (lines: readonly CostLine[]): number => lines.reduce((sum, line) => sum + usdOf(line), 0);
