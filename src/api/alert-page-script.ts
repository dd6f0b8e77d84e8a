/**
 * Runs in the browser, as it stands here. Whatever an alert says is put in as text, never as HTML. The key stays in the
 * tab's session storage, and goes nowhere but to this server.
 */
export const alertPageScript = `const byId = (id) => document.getElementById(id);
const keyName = "finops.key";
const id = new URLSearchParams(location.search).get("id") ?? "";

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}" +
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{opacity:.7}" +
    "dd{margin:0;overflow-wrap:anywhere}input{width:100%;box-sizing:border-box;margin:.25rem 0 .75rem;font:inherit}" +
    "button{font:inherit;padding:.3rem 1rem}[hidden]{display:none}",
);
document.adoptedStyleSheets = [sheet];

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

async function call(method, path, body) {
  const reply = await fetch(path, {
    method,
    headers: {
      authorization: "Bearer " + sessionStorage.getItem(keyName),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = await reply.json();
  if (reply.ok) return json;
  if (reply.status === 401) {
    sessionStorage.removeItem(keyName);
    askForKey();
  }
  throw new Error(json.error?.message ?? "The server answered " + reply.status + ".");
}

function askForKey() {
  byId("alert").hidden = true;
  byId("door").hidden = false;
}

const statusTexts = {
  firing: "It still stands.",
  resolved: "It is resolved: nothing is to be done any more.",
  told: "For your information.",
};

function show(alert) {
  document.title = alert.title;
  byId("title").textContent = alert.title;
  byId("status").textContent = alert.severity + ", since " + alert.since + ". " + statusTexts[alert.status];
  const said = new Set(alert.facts.map(({ label }) => label));
  const facts = [
    ...alert.facts,
    ...[
      { label: "Owner", value: alert.owner ?? "nobody is named" },
      { label: "Team", value: alert.team ?? "the whole company" },
      { label: "Alert", value: alert.handle },
    ].filter(({ label }) => !said.has(label)),
  ];
  byId("facts").replaceChildren(...facts.flatMap(({ label, value }) => [element("dt", label), element("dd", value)]));
  const known = alert.acknowledgement;
  byId("acknowledged").textContent = known
    ? "Acknowledged by " + known.by + " at " + known.at + (known.note ? ": " + known.note : "")
    : "";
  byId("acknowledge").hidden = alert.status !== "firing" || known !== null;
  byId("door").hidden = true;
  byId("alert").hidden = false;
}

async function attempt(work) {
  byId("problem").textContent = "";
  try {
    await work();
  } catch (error) {
    byId("problem").textContent = error.message;
  }
}

async function load() {
  if (sessionStorage.getItem(keyName) === null) return askForKey();
  const { alerts } = await call("GET", "alerts?id=" + encodeURIComponent(id));
  if (alerts.length === 0) throw new Error("There is no alert " + id + " that this key may see.");
  if (alerts.length > 1) throw new Error("Several alerts begin with " + id + ".");
  show(alerts[0]);
}

byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(keyName, byId("key").value);
  byId("key").value = "";
  attempt(load);
});

byId("acknowledge").addEventListener("submit", (event) => {
  event.preventDefault();
  const note = byId("note").value.trim();
  attempt(async () => show(await call("POST", "alerts/acknowledgements", { id, ...(note && { note }) })));
});

attempt(load);
`;
