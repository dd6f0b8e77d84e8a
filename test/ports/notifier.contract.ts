import { describe, expect, test } from "vitest";
import type { Notifier } from "#app/ports/notifier.ts";

export interface OpenedNotifier extends AsyncDisposable {
  readonly notifier: Notifier;
  /** What people were told, first things first. */
  told(): readonly { readonly subject: string; readonly text: string }[];
}

export const notifierContract = (what: string, open: () => Promise<OpenedNotifier>) =>
  describe(what, () => {
    test("people are told subject and text as they are, in their order", async () => {
      await using opened = await open();
      const notes = [
        { subject: "Pipeline failed", text: "step merge: no space\nsecond line é 🦜 & <b>" },
        { subject: "x".repeat(99), text: "long" },
      ];
      for (const note of notes) await opened.notifier.notify(note);
      expect(opened.told()).toEqual(notes);
    });

    test("the same note is told as often as it is given", async () => {
      await using opened = await open();
      const note = { subject: "Pipeline failed", text: "again" };
      await opened.notifier.notify(note);
      await opened.notifier.notify(note);
      expect(opened.told()).toEqual([note, note]);
    });

    test("a note goes without its notifier around it", async () => {
      await using opened = await open();
      const { notify } = opened.notifier;
      await notify({ subject: "s", text: "t" });
      expect(opened.told()).toHaveLength(1);
    });
  });
