import { createContext, Script } from "node:vm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { alertHandle } from "#core/alert-handle.ts";
import { raised } from "../fakes/alerts.ts";
import { adminKey, openDoor } from "./door.ts";

let door: Awaited<ReturnType<typeof openDoor>>;
const hostile = "<img src=x onerror=alert(1)>";
const { state, alert } = raised("search");
const handle = alertHandle(state.id);

beforeAll(async () => {
  door = await openDoor();
  const facts = [...state.facts, { label: "Owner", value: "Ada" }];
  await door.alerts.put(0, { ...state, title: hostile, facts }, { alert });
});
afterAll(() => door[Symbol.asyncDispose]());

const read = async (path: string) => {
  const reply = await door.send("GET", path, { key: null });
  return { headers: reply.headers, status: reply.status, text: await reply.text() };
};

describe("the page of an alert", () => {
  test("has no script of its own, no style and no handler in its HTML", async () => {
    const { text, status, headers } = await read(`/v1/alert-page?id=${handle}`);
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text.match(/<script[^>]*>[^<]*/g)).toEqual(['<script type="module" src="alert-page.js">']);
    expect(text).not.toMatch(/<style|style=|\son\w+=|javascript:/i);
  });

  test("runs nothing but its script, talks to nobody else, and is framed by nobody", async () => {
    for (const path of ["/v1/alert-page", "/v1/alert-page.js"]) {
      const { headers } = await read(path);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect((await read("/v1/alert-page.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  test("is the same whatever it is asked for: opening it tells and changes nothing", async () => {
    const { text } = await read(`/v1/alert-page?id=${handle}`);
    expect(text).toBe((await read("/v1/alert-page")).text);
    expect((await door.alerts.state(state.id))?.version).toBe(1);
    expect((await read(`/v1/alerts?id=${handle}`)).status).toBe(401);
    const asGet = await door.send("GET", `/v1/alerts/acknowledgements?id=${handle}`);
    expect(asGet.status).toBe(405);
  });
});

/** What the script needs of an element. */
class Element {
  hidden = false;
  textContent = "";
  value = "";
  children: readonly Element[] = [];
  #listener: ((event: { preventDefault(): void }) => void) | undefined;
  addEventListener(_: string, listener: (event: { preventDefault(): void }) => void) {
    this.#listener = listener;
  }
  replaceChildren(...children: readonly Element[]) {
    this.children = children;
  }
  submit() {
    this.#listener?.({ preventDefault: () => {} });
  }
}

/** The script in a tab of no browser: elements by their ids, and the requests that it makes. */
async function openTab(session: Map<string, string>) {
  const elements = new Map<string, Element>();
  const requests: string[] = [];
  let open = 0;
  const byId = (id: string) => elements.get(id) ?? elements.set(id, new Element()).get(id);
  const context = createContext({
    ...{ URLSearchParams, encodeURIComponent, JSON, Error },
    location: { search: `?id=${handle}` },
    CSSStyleSheet: class {
      replaceSync() {}
    },
    document: { getElementById: byId, createElement: () => new Element() },
    sessionStorage: {
      getItem: (name: string) => session.get(name) ?? null,
      setItem: (name: string, value: string) => session.set(name, value),
      removeItem: (name: string) => session.delete(name),
    },
    fetch: async (path: string, { method, headers, body }: { method: string; headers: object; body?: string }) => {
      open++;
      requests.push(`${method} ${path}`);
      const reply = await door.send(method, `/v1/${path}`, {
        ...{ key: null, headers: headers as Record<string, string> },
        ...(body !== undefined && { body }),
      });
      open--;
      return reply;
    },
  });
  new Script((await read("/v1/alert-page.js")).text).runInContext(context);
  const settled = async () => {
    for (let turn = 0; turn < 50 || open > 0; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await settled();
  const element = (id: string) => byId(id) as Element;
  const submit = async (id: string) => {
    element(id).submit();
    await settled();
  };
  return { requests, element, submit };
}

describe("its script", () => {
  let session: Map<string, string>;
  beforeEach(() => {
    session = new Map();
  });

  test("asks nothing of the server and shows nothing before there is a key", async () => {
    const tab = await openTab(session);
    expect([tab.requests, tab.element("door").hidden]).toEqual([[], false]);
    expect(tab.element("title").textContent).toBe("");
  });

  test("shows the alert as text, and acknowledges it when the button is pressed", async () => {
    const tab = await openTab(session);
    tab.element("key").value = adminKey;
    await tab.submit("door");
    expect(tab.requests).toEqual([`GET alerts?id=${handle}`]);
    expect(tab.element("title").textContent).toBe(hostile);
    expect(tab.element("facts").children.map(({ textContent }) => textContent)).toContain(
      "812.20 of 1,000.00 USD, 81.2 %",
    );
    const labels = tab.element("facts").children.map(({ textContent }) => textContent);
    expect(labels.filter((label) => label === "Owner")).toHaveLength(1);
    expect([tab.element("door").hidden, tab.element("key").value]).toEqual([true, ""]);
    expect((await door.alerts.state(state.id))?.acknowledgement).toBeNull();
    tab.element("note").value = " on it ";
    await tab.submit("acknowledge");
    expect((await door.alerts.state(state.id))?.acknowledgement).toMatchObject({ by: "admin", note: "on it" });
    expect(tab.element("acknowledged").textContent).toBe("Acknowledged by admin at 2026-11-23T12:00:00.000Z: on it");
    expect(tab.element("acknowledge").hidden).toBe(true);
  });

  test("forgets a key that the server does not know, and says so", async () => {
    session.set("finops.key", "not-a-key");
    const tab = await openTab(session);
    expect(tab.element("problem").textContent).toBe("This key is unknown or revoked.");
    expect([session.size, tab.element("door").hidden]).toEqual([0, false]);
  });

  test("says what a key may not do", async () => {
    session.set("finops.key", await door.createKey({ role: "viewer", teams: ["support"] }));
    const tab = await openTab(session);
    expect(tab.element("problem").textContent).toBe(`There is no alert ${handle} that this key may see.`);
  });
});
