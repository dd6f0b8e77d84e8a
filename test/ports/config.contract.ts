import { describe, expect, test } from "vitest";
import type { AuditLog } from "#app/ports/audit.ts";
import type { ConfigStore } from "#app/ports/config.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import { allOf, draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

export interface AuditedConfig {
  readonly config: ConfigStore;
  readonly audit: AuditLog;
}

const registered = (...ids: readonly string[]): Config => ({
  ...INITIAL_CONFIG,
  registry: { team: { mode: "strict", values: ids.map((id) => ({ id })) } },
});

const change = (subject: string, bytes = 0) =>
  draft({ action: "config.add", subject, to: JSON.stringify("x".repeat(bytes)) });

export const configContract = (name: string, open: () => Promise<Opened<AuditedConfig>>) =>
  describe(name, () => {
    test("before the first change it is the initial one, at revision 0", async () => {
      await using opened = await open();
      expect(await opened.port.config.read()).toEqual({ config: INITIAL_CONFIG, revision: 0 });
    });

    test("a change is a revision, with an audit entry for each item", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const drafts = [change("registry/team/search"), change("registry/team/payments")];
      expect(await config.replace(0, registered("search", "payments"), drafts)).toEqual({ status: "replaced" });
      expect(await config.read()).toEqual({ config: registered("search", "payments"), revision: 1 });
      expect(await allOf(audit)).toMatchObject(drafts);
      await expectWhole(audit, 2);
    });

    test("a change of a revision that is gone is refused and leaves nothing", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      await config.replace(0, registered("search"), [change("registry/team/search")]);
      const late = [change("registry/team/late")];
      expect(await config.replace(0, registered("late"), late)).toEqual({ status: "moved" });
      expect(await config.replace(2, registered("late"), late)).toEqual({ status: "moved" });
      expect(await config.read()).toEqual({ config: registered("search"), revision: 1 });
      await expectWhole(audit, 1);
    });

    test("of two changes of one revision at once, one is made", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const outcomes = await Promise.all(["a", "b"].map((id) => config.replace(0, registered(id), [change(id)])));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["moved", "replaced"]);
      const [entry] = await allOf(audit);
      expect((await config.read()).config).toEqual(registered(String(entry?.subject)));
      await expectWhole(audit, 1);
    });

    test("changes of several stores at once make one chain", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const appended = Array.from({ length: 4 }, () => audit.append(draft()));
      const [replaced] = await Promise.all([
        config.replace(0, registered("a"), [change("a"), change("b")]),
        ...appended,
      ]);
      expect(replaced).toEqual({ status: "replaced" });
      await expectWhole(audit, 6);
      const subjects = (await allOf(audit)).map(({ subject }) => subject);
      expect(subjects.indexOf("b")).toBe(subjects.indexOf("a") + 1);
    });

    test("a first config of hundreds of items is one change, and is read from any entry on", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const ids = Array.from({ length: 400 }, (_, i) => `team-${i}`);
      expect(
        await config.replace(
          0,
          registered(...ids),
          ids.map((id) => change(id)),
        ),
      ).toEqual({ status: "replaced" });
      await expectWhole(audit, 400);
      expect((await audit.read(317, 2)).map(({ subject }) => subject)).toEqual(["team-316", "team-317"]);
    });

    test("what is as large as it may be is stored, with its audit entries", async () => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const large = registered("x".repeat(349_000));
      const drafts = Array.from({ length: 8 }, (_, i) => change(`part-${i}`, 349_000));
      expect(await config.replace(0, large, drafts)).toEqual({ status: "replaced" });
      expect(await config.read()).toEqual({ config: large, revision: 1 });
      await expectWhole(audit, 8);
    });

    test.each([
      ["a config", registered("é".repeat(175_000)), [change("a")], "the config", 350_000],
      ["an audit entry", registered("a"), [change("a"), change("b", 350_000)], "the audit entry of b", 350_000],
      [
        "all audit entries together",
        registered("a"),
        Array.from({ length: 9 }, (_, i) => change(`${i}`, 340_000)),
        "the audit entries together",
        3_000_000,
      ],
    ])("%s above the limit is refused with its size, and leaves nothing", async (_, large, drafts, what, bytesMax) => {
      await using opened = await open();
      const { config, audit } = opened.port;
      const refusal = await config.replace(0, large, drafts);
      expect(refusal).toEqual({ status: "too_large", what, bytes: expect.any(Number), bytesMax });
      expect((refusal as { bytes: number }).bytes).toBeGreaterThan(bytesMax);
      expect((await config.read()).revision).toBe(0);
      expect(await audit.head()).toBeUndefined();
    });

    test("it is there after a restart, and moves on from there", async () => {
      await using opened = await open();
      await opened.port.config.replace(0, registered("search"), [change("a")]);
      const { config, audit } = await opened.reopen();
      expect(await config.replace(1, registered("payments"), [change("b")])).toEqual({ status: "replaced" });
      expect(await config.read()).toEqual({ config: registered("payments"), revision: 2 });
      await expectWhole(audit, 2);
    });
  });
