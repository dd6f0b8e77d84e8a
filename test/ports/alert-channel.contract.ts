import { describe, expect, test } from "vitest";
import type { AlertChannel } from "#app/ports/alert-channel.ts";
import { sampleAlert } from "../channels/sample-alert.ts";

export interface OpenedAlertChannel extends AsyncDisposable {
  readonly channel: AlertChannel;
  /** What people were told, first things first. */
  told(): readonly string[];
}

export const alertChannelContract = (what: string, open: () => Promise<OpenedAlertChannel>) =>
  describe(what, () => {
    test("people are told an alert with its title", async () => {
      await using opened = await open();
      await opened.channel.publish(sampleAlert());
      await opened.channel.publish(sampleAlert({ title: "Resolved: é 🦜 & <b>", event: "resolved" }));
      const [first = "", second = "", ...others] = opened.told();
      expect(first).toContain("Budget search has used 81 % of 1,000 USD");
      expect(second).toContain("Resolved: é 🦜 & <b>");
      expect(others).toEqual([]);
    });

    test("the same alert may be given again", async () => {
      await using opened = await open();
      await opened.channel.publish(sampleAlert());
      await opened.channel.publish(sampleAlert());
      const [first, second] = opened.told();
      expect(second).toBe(first);
    });

    test("an alert of nobody, without facts, is told too", async () => {
      await using opened = await open();
      await opened.channel.publish(sampleAlert({ team: null, owner: null, facts: [] }));
      expect(opened.told()).toHaveLength(1);
    });
  });
