import { describe, expect, test } from "vitest";
import { lastKnown } from "#app/last-known.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Instant } from "#core/time.ts";

/** A store that counts its reads, and is out when told. */
function openStore() {
  const store = { now: 0, reads: 0, isOut: false, gate: Promise.resolve() };
  const known = lastKnown({
    read: async () => {
      store.reads++;
      await store.gate;
      if (store.isOut) throw new Unavailable("control");
      return store.reads;
    },
    clock: () => store.now as Instant,
    freshMs: 5_000,
    waitAfterMs: 10_000,
  });
  return { store, known };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("what was last known", () => {
  test("is waited for the first time, and read once by who asks at once", async () => {
    const { store, known } = openStore();
    expect(await Promise.all([known(), known()])).toEqual(Array(2).fill({ value: 1, failingSince: null }));
    store.now = 4_999;
    expect((await known()).value).toBe(1);
    expect(store.reads).toBe(1);
  });

  test("is read anew beside the request that finds it stale, which does not wait", async () => {
    const { store, known } = openStore();
    await known();
    store.now = 5_000;
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    expect((await known()).value).toBe(1);
    open();
    await settled();
    expect((await known()).value).toBe(2);
  });

  test("too old, or under another key, it is waited for", async () => {
    const { store, known } = openStore();
    await known("a");
    store.now = 10_000;
    expect((await known("a")).value).toBe(2);
    expect((await known("b")).value).toBe(3);
    store.now = -1;
    expect((await known("b")).value).toBe(4);
  });

  test("a reading under another key that is under way is not taken for one's own", async () => {
    const { store, known } = openStore();
    await known("a");
    store.now = 10_000;
    const [a, b] = await Promise.all([known("a"), known("b")]);
    expect([a.value, b.value]).toEqual([2, 3]);
  });

  test("while the store is out it stays, with since when; nobody waits, and it is tried once a second", async () => {
    const { store, known } = openStore();
    await known();
    store.isOut = true;
    store.now = 10_000;
    expect(await known()).toEqual({ value: 1, failingSince: 10_000 });
    store.now = 10_999;
    expect(await known()).toEqual({ value: 1, failingSince: 10_000 });
    expect(store.reads).toBe(2);
    store.gate = new Promise(() => {});
    store.now = 11_000;
    expect(await known()).toEqual({ value: 1, failingSince: 10_000 });
    expect(store.reads).toBe(3);
  });

  test("when the store answers again, so does it", async () => {
    const { store, known } = openStore();
    store.isOut = true;
    expect(await known()).toEqual({ value: undefined, failingSince: 0 });
    store.isOut = false;
    store.now = 1_000;
    expect(await known()).toEqual({ value: undefined, failingSince: 0 });
    await settled();
    expect(await known()).toEqual({ value: 2, failingSince: null });
  });
});
