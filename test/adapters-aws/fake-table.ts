/** An attribute as the wire has it. */
type Value = { readonly S?: string; readonly N?: string; readonly B?: string };
export type Item = Readonly<Record<string, Value>>;

export interface Write {
  readonly Put?: {
    readonly Item: Item;
    readonly ConditionExpression?: string;
    readonly ReturnValuesOnConditionCheckFailure?: string;
  };
  readonly Update?: {
    readonly Key: Item;
    readonly UpdateExpression: string;
    readonly ConditionExpression?: string;
    readonly ExpressionAttributeValues: Item;
  };
}

/** Keys of the tables here: `k` alone, or `p` and `s`. */
const keyOf = ({ k, p, s }: Item): string => JSON.stringify(k ? [k.S] : [p?.S, s?.S]);

/** One table, as far as the adapters use one: what it does not understand it refuses. */
export class FakeTable {
  readonly items = new Map<string, Item>();

  get(key: Item): Item | undefined {
    return this.items.get(keyOf(key));
  }

  put(item: Item): Item | undefined {
    const old = this.get(item);
    this.items.set(keyOf(item), item);
    return old;
  }

  delete(key: Item): void {
    this.items.delete(keyOf(key));
  }

  holds({ Put, Update }: Write): boolean {
    const condition = Put?.ConditionExpression ?? Update?.ConditionExpression;
    if (condition === undefined) return true;
    const item = this.get(Put?.Item ?? Update?.Key ?? {});
    const absent = /^attribute_not_exists\((\w+)\)$/.exec(condition);
    if (absent) return item?.[absent[1] as string] === undefined;
    const equal = /^(\w+) = (:\w+)$/.exec(condition);
    if (!equal) throw new Error(`the fake does not know the condition ${condition}`);
    const [, name = "", value = ""] = equal;
    return item?.[name]?.S === Update?.ExpressionAttributeValues[value]?.S;
  }

  apply({ Put, Update }: Write): void {
    if (Put) this.put(Put.Item);
    if (!Update) return;
    const next: Record<string, Value> = { ...(this.get(Update.Key) ?? Update.Key) };
    const [, set = "", add = ""] = /^SET (.*?)(?: ADD (.*))?$/.exec(Update.UpdateExpression) ?? [];
    const given = (name: string) => Update.ExpressionAttributeValues[name] as Value;
    for (const [, name = "", value = ""] of set.matchAll(/(\w+) = (:\w+)/g)) next[name] = given(value);
    for (const [, name = "", value = ""] of add.matchAll(/(\w+) (:\w+)/g)) {
      next[name] = { N: String(BigInt(next[name]?.N ?? 0) + BigInt(given(value).N ?? 0)) };
    }
    this.put(next);
  }

  /** Items of `p` whose `s` lies between, in order. */
  partition(p: string, from = "", to = "\uffff"): Item[] {
    const within = ({ p: partition, s }: Item) => partition?.S === p && s?.S !== undefined && s.S >= from && s.S <= to;
    return [...this.items.values()].filter(within).sort((a, b) => ((a.s?.S ?? "") < (b.s?.S ?? "") ? -1 : 1));
  }
}
