import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "./usage-event.ts";

/** What the inner says goes before what the outer says, name by name, tags among them. */
export function within(outer: Context, inner: Context): Context {
  const merged: Record<string, unknown> = { ...outer };
  for (const [name, value] of Object.entries(inner)) {
    if (value != null) merged[name] = name === "tags" ? { ...outer.tags, ...value } : value;
  }
  return merged;
}

/** The context that holds here, and in all that is begun here, however it is awaited. */
export interface Contexts {
  current(): Context;
  run<T>(context: Context, work: () => T): T;
}

export function makeContexts(outermost: Context): Contexts {
  const storage = new AsyncLocalStorage<Context>();
  const current = () => storage.getStore() ?? outermost;
  return { current, run: (context, work) => storage.run(within(current(), context), work) };
}
