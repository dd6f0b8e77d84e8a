import { expect, test } from "vitest";
import { makePublishAlerts } from "#app/publish-alerts.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Alert } from "#core/alert.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { later, raised } from "../fakes/alerts.ts";

/** An outbox of `count` alerts named by their order, and a channel that fails as it is told. */
async function openOutbox(count: number) {
  const control = openControl(IN_MEMORY, () => later(0));
  for (let i = 0; i < count; i++) {
    const { state, alert } = raised(String(i), later(i));
    await control.alerts.put(0, state, { alert });
  }
  const published: string[] = [];
  const errors: unknown[] = [];
  let fault: (subject: string) => unknown = () => undefined;
  const publish = makePublishAlerts({
    alerts: control.alerts,
    channel: {
      publish: async ({ rule }: Alert) => {
        const error = fault(rule.subject);
        if (error !== undefined) throw error;
        published.push(rule.subject);
      },
    },
    clock: () => later(1_000_000),
    onError: ({ rule }, error) => errors.push([rule.subject, error]),
  });
  return {
    ...{ publish, published, errors, alerts: control.alerts },
    breakWith: (next: typeof fault) => {
      fault = next;
    },
    waiting: async () => (await control.alerts.unpublished(1_000)).map(({ rule }) => rule.subject),
    [Symbol.dispose]: () => control.close(),
  };
}

test("the oldest goes first, and each is marked with when", async () => {
  using outbox = await openOutbox(3);
  await outbox.publish();
  expect(outbox.published).toEqual(["0", "1", "2"]);
  expect((await outbox.alerts.alerts({ limit: 1 }))[0]?.publishedAt).toBe(later(1_000_000));
  await outbox.publish();
  expect(outbox.published).toHaveLength(3);
});

test("an outage keeps the rest, and the next call goes on", async () => {
  using outbox = await openOutbox(3);
  outbox.breakWith((subject) => (subject === "1" ? new Unavailable("alert channel") : undefined));
  await expect(outbox.publish()).rejects.toThrow(Unavailable);
  expect([outbox.published, await outbox.waiting()]).toEqual([["0"], ["1", "2"]]);
  outbox.breakWith(() => undefined);
  await outbox.publish();
  expect([outbox.published, await outbox.waiting()]).toEqual([["0", "1", "2"], []]);
});

test("one that the channel will not take is kept and told of, and the others go", async () => {
  using outbox = await openOutbox(3);
  const refusal = new Error("too large");
  outbox.breakWith((subject) => (subject === "0" ? refusal : undefined));
  await outbox.publish();
  expect([outbox.published, await outbox.waiting(), outbox.errors]).toEqual([["1", "2"], ["0"], [["0", refusal]]]);
});

test("a call publishes fifty at most", async () => {
  using outbox = await openOutbox(52);
  await outbox.publish();
  expect([outbox.published.length, await outbox.waiting()]).toEqual([50, ["50", "51"]]);
});

test("killed between publishing and marking, an alert is published again and none is lost", async () => {
  using outbox = await openOutbox(2);
  const { alerts, published } = outbox;
  const publish = makePublishAlerts({
    alerts: { ...alerts, markPublished: () => Promise.reject(new Error("killed")) },
    channel: { publish: async ({ rule }) => void published.push(rule.subject) },
    clock: () => later(1),
    onError: () => {},
  });
  await expect(publish()).rejects.toThrow("killed");
  await outbox.publish();
  expect(published).toEqual(["0", "0", "1"]);
});
