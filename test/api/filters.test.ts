import { expect, test, vi } from "vitest";
import { event, openDoor } from "./door.ts";

type Door = Awaited<ReturnType<typeof openDoor>>;

interface Report {
  readonly rows: readonly Record<string, string>[];
  readonly next_cursor: string | null;
  readonly total_cost_usd: string;
}

const path = "/v1/reports/cost?from=2026-11-23&to=2026-11-23&granularity=total";

async function report(door: Door, query: string): Promise<Report> {
  const reply = await door.send("GET", `${path}&${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Report;
}

/** An event of $10 of each team. */
async function withTeams(teams: readonly string[], more: object = {}): Promise<Door> {
  const door = await openDoor();
  const events = teams.map((team, i) =>
    event({
      ...{ id: `${i}`, meters: { text_output_tokens: 1_000_000 }, ...more },
      attribution: { ...event().attribution, team },
    }),
  );
  expect((await door.send("POST", "/v1/events", { json: { events } })).status).toBe(200);
  const settled = async () => expect((await report(door, "group_by=team")).rows).toHaveLength(teams.length);
  await vi.waitFor(settled, { timeout: 2_000 });
  return door;
}

test("a parameter of a filter is one value as it is, with its commas and blanks; repeated, it is several", async () => {
  await using door = await withTeams(["a,b", "a", "b", "a b"]);
  const total = async (query: string) => (await report(door, query)).total_cost_usd;
  expect(await total("team=a,b")).toBe("10");
  expect(await total("team=a")).toBe("10");
  expect(await total("team=a%20b")).toBe("10");
  expect(await total("team=a&team=b")).toBe("20");
  expect(await total("team=a&team=a")).toBe("10");
  expect(await total("team=a&team=a,b&feature=chat")).toBe("20");
  expect(await total("team=a&team=b&feature=other")).toBe("0");
});

test.each([
  ["team=", "query.team", '""'],
  ["team=a&team=", "query.team[1]", '""'],
  ["limit=1&limit=2", "query.limit", "an array of 2"],
  ["group_by=team&group_by=feature", "query.group_by", "an array of 2"],
  ["cursor=a&cursor=b", "query.cursor", "an array of 2"],
])("%s is refused: nothing of it would be guessed", async (query, field, found) => {
  await using door = await openDoor();
  const reply = await door.send("GET", `${path}&${query}`);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { fields: [{ path: field, found }] } });
});

test("pages of the longest values that there can be meet too", async () => {
  const long = "\u{1F4B0}".repeat(32);
  const [provider, model] = [long, "\u6f22".repeat(200)];
  const attribution = { ...event().attribution, feature: long, region: long, customer_tier: long };
  const teams = ["1", "2", "3"];
  await using door = await openDoor();
  const events = teams.map((team) => event({ id: team, provider, model, attribution: { ...attribution, team } }));
  expect((await door.send("POST", "/v1/events", { json: { events } })).status).toBe(200);
  const groups = "group_by=team,feature,environment,region,customer_tier,provider,model";
  await vi.waitFor(async () => expect((await report(door, groups)).rows).toHaveLength(3), { timeout: 2_000 });
  const seen: (string | undefined)[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 3; page++) {
    const part: Report = await report(door, `${groups}&limit=1${cursor === null ? "" : `&cursor=${cursor}`}`);
    seen.push(...part.rows.map((row) => row.team));
    cursor = part.next_cursor;
    expect(cursor === null).toBe(page === 2);
    expect(cursor?.length ?? 0).toBeLessThan(50);
  }
  expect(seen).toEqual(teams);
});

test("the cursor of another query is refused: its page would begin anywhere", async () => {
  await using door = await withTeams(["1", "2"]);
  const { next_cursor } = await report(door, "group_by=team&limit=1");
  const reply = await door.send("GET", `${path}&group_by=team,feature&cursor=${next_cursor}`);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { fields: [{ path: "query.cursor" }] } });
});
