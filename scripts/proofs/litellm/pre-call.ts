import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownServer, startServer } from "../../embedded-server.ts";
import { startFakeProvider } from "./fake-provider.ts";
import { startProxy } from "./proxy.ts";
import { ask, modelListOf } from "./series.ts";

const example = fileURLToPath(new URL("../../../examples/litellm_pre_call.py", import.meta.url));
const approved = "gpt-4o";
const denied = "gpt-4.1";

async function call(server: string, key: string, method: string, path: string, body?: object): Promise<unknown> {
  const reply = await fetch(`${server}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (reply.status !== 200) throw new Error(`${method} ${path} was answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
}

/** The company's decision: one model is denied, all others are as before. */
async function denyModel(server: string, key: string): Promise<void> {
  const { config, revision } = (await call(server, key, "GET", "/v1/config")) as { config: object; revision: string };
  const policy = { id: "no-gpt-4-1", status: "denied", model: denied, owner: "proof", reason: "denied by the proof" };
  const document = { ...config, policies: { unlisted: "allow", list: [policy] } };
  await call(server, key, "POST", "/v1/config/apply", { document, expected_revision: revision, reason: "the proof" });
}

/** With examples/litellm_pre_call.py in the proxy, a denied model is refused before its provider is called. */
export async function provePreCall(folder: string, bin: string, adminKey: string): Promise<readonly string[]> {
  await using provider = await startFakeProvider();
  const server = await startServer(ownServer(join(folder, "pre-call-data"), adminKey));
  try {
    await denyModel(server.baseUrl, adminKey);
    copyFileSync(example, join(folder, "litellm_pre_call.py"));
    const config = {
      model_list: modelListOf(provider.url, [approved, denied]),
      litellm_settings: { callbacks: ["litellm_pre_call.proxy_handler_instance"] },
    };
    const env = { FINOPS_URL: server.baseUrl, FINOPS_KEY: adminKey };
    const proxy = await startProxy({ bin, folder, name: "pre-call", config, env });
    try {
      const statuses = {
        [approved]: await ask(proxy.url, approved),
        [denied]: await ask(proxy.url, denied),
        fallback: await ask(proxy.url, approved, { fallbacks: [denied] }),
        unknown: await ask(proxy.url, "unheard-of"),
      };
      const called = provider.calls.map(({ model }) => model);
      console.log(`\nexamples/litellm_pre_call.py\nanswered ${JSON.stringify(statuses)}; called: ${called.join(", ")}`);
      const isRight = statuses[approved] === 200 && statuses[denied] === 403 && statuses.fallback === 403;
      return isRight && called.join() === approved ? [] : ["the pre-call hook did not refuse the denied model alone"];
    } finally {
      await proxy.stop();
    }
  } finally {
    await server.stop();
  }
}
