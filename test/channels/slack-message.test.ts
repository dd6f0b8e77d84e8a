import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slackMessage, slackNotice, type ToldAlert } from "#aws/slack-message.ts";
import { slackPayload } from "./block-kit.ts";

const told = (changes: Partial<ToldAlert> = {}): ToldAlert => ({
  handle: "k3v9x2ab",
  number: 1,
  event: "raised",
  severity: "critical",
  team: "search",
  owner: "Ada",
  title: "Budget search has used 81 % of 1,000 USD",
  facts: [
    { label: "Spent", value: "812.20 USD of 1,000 USD" },
    { label: "Projected", value: "1,015.25 USD by 30 November" },
  ],
  since: "2026-11-24T01:30:00.000Z",
  link: "https://finops.example.com/v1/alert-page?id=jtf4hnx9",
  ...changes,
});

const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

test("an alert is a headline, its title, its facts, whose it is, and a link to its page", () => {
  expect(slackMessage(told())).toEqual({
    text: "Critical: Budget search has used 81 % of 1,000 USD",
    blocks: [
      { type: "header", text: { type: "plain_text", text: "Critical", emoji: false } },
      { type: "section", text: mrkdwn("*Budget search has used 81 % of 1,000 USD*") },
      {
        type: "section",
        fields: [mrkdwn("*Spent*\n812.20 USD of 1,000 USD"), mrkdwn("*Projected*\n1,015.25 USD by 30 November")],
      },
      {
        type: "context",
        elements: [
          mrkdwn("Owner: Ada"),
          mrkdwn("Team: search"),
          mrkdwn("Since 2026-11-24 01:30 UTC"),
          mrkdwn("Id: k3v9x2ab, alert 1"),
        ],
      },
      {
        type: "actions",
        elements: [
          {
            type: "button",
            text: { type: "plain_text", text: "Open the alert", emoji: false },
            url: "https://finops.example.com/v1/alert-page?id=jtf4hnx9",
          },
        ],
      },
    ],
  });
});

test.each([
  ["raised", "info", "Notice"],
  ["raised", "warning", "Warning"],
  ["told", "critical", "Critical"],
  ["worsened", "warning", "Warning: worse than before"],
] as const)("the headline of a %s %s alert is %s", (event, severity, headline) => {
  const { text, blocks } = slackMessage(told({ event, severity, title: "t" }));
  expect(blocks[0]).toMatchObject({ type: "header", text: { text: headline } });
  expect(text).toBe(`${headline}: t`);
});

test("a resolved one, whose title says so, says it once", () => {
  const { text, blocks } = slackMessage(told({ event: "resolved", title: "Resolved: t" }));
  expect([text, blocks[0]]).toMatchObject(["Resolved: t", { text: { text: "Resolved" } }]);
});

describe("whatever an alert says", () => {
  test("a name can mention no channel and make no link", () => {
    const { text, blocks } = slackMessage(told({ title: "<!channel> R&D <https://x.example|here>" }));
    expect(text).toBe("Critical: &lt;!channel&gt; R&amp;D &lt;https://x.example|here&gt;");
    expect(JSON.stringify(blocks)).not.toMatch(/<!channel>|<https/);
  });

  test("a text is cut before an entity or a character that would not fit whole", () => {
    const fields = (value: string) => {
      const block = slackMessage(told({ facts: [{ label: "L", value }] })).blocks[2] as {
        fields: { text: string }[];
      };
      return block.fields[0]?.text ?? "";
    };
    // "*L*\n" takes 4 of 2,000 characters, the mark of the cut one; 1,995 are left.
    expect(fields("x".repeat(3_000))).toBe(`*L*\n${"x".repeat(1_995)}…`);
    expect(fields(`${"x".repeat(1_991)}&rest of it`)).toBe(`*L*\n${"x".repeat(1_991)}…`);
    expect(fields(`${"x".repeat(1_990)}&rest of it`)).toBe(`*L*\n${"x".repeat(1_990)}&amp;…`);
    expect(fields(`${"x".repeat(1_994)}🦜🦜`)).toBe(`*L*\n${"x".repeat(1_994)}…`);
  });

  test("facts are shown ten to a block, forty in all, and what is left out is said", () => {
    const facts = Array.from({ length: 57 }, (_, i) => ({ label: `L${i}`, value: "v" }));
    const { blocks } = slackMessage(told({ facts }));
    const shown = blocks.flatMap((block) => (block as { fields?: unknown[] }).fields ?? []);
    expect(shown).toHaveLength(40);
    expect(JSON.stringify(blocks)).toContain("17 more facts are on its page");
  });

  test("it stays within Slack's limits", () => {
    const nasty = fc.oneof(
      fc
        .array(
          fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
          { maxLength: 20 },
        )
        .map((all) => all.join("")),
      fc.constantFrom(
        "<!channel>",
        "&amp;",
        "\ud83e",
        "\udd9c\ud83e",
        "🦜",
        "\u0000\u001b[0m",
        "\r\n",
        "<>&",
        "*_~`",
        "",
      ),
    );
    const text = fc
      .tuple(fc.array(nasty, { maxLength: 3 }), fc.constantFrom(1, 1, 1, 40, 500))
      .map(([parts, times]) => parts.join("").repeat(times));
    const nullable = fc.option(text, { nil: null });
    const alert = fc.record<ToldAlert>({
      handle: text,
      number: fc.nat(),
      event: fc.constantFrom("raised", "worsened", "resolved", "told"),
      severity: fc.constantFrom("info", "warning", "critical"),
      team: nullable,
      owner: nullable,
      title: text,
      facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 45 }),
      since: fc.constant("2026-11-24T01:30:00.000Z"),
      link: fc.oneof(
        text.map((id) => `https://finops.example.com/alert?id=${encodeURIComponent(id.toWellFormed())}`),
        fc.constantFrom("javascript:alert(1)", "https://", "/alert?id=1", `https://x.example/${"y".repeat(3_000)}`),
      ),
    });
    fc.assert(
      fc.property(alert, (one) => {
        slackPayload.parse(slackMessage(one));
        slackPayload.parse(slackNotice({ title: one.title, text: one.handle }));
      }),
      { numRuns: 60 },
    );
  });
});

test("a notice is its title and its text", () => {
  expect(slackNotice({ title: "ALARM: events <lost>", text: "line 1\nline 2" })).toEqual({
    text: "ALARM: events &lt;lost&gt;",
    blocks: [
      { type: "section", text: mrkdwn("*ALARM: events &lt;lost&gt;*") },
      { type: "section", text: mrkdwn("line 1\nline 2") },
    ],
  });
});
