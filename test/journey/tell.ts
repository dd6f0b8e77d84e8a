import { setTimeout as sleep } from "node:timers/promises";
import type { KeyName, Step } from "./story.ts";
import { type Answer, ask, must, type Target } from "./target.ts";

const retriesMax = 20;
const lanes = 4;

export type Keys = Readonly<Record<KeyName, string | undefined>>;

/** The keys of the people in the story, made with the administrator's. */
export async function makeKeys(target: Target): Promise<Keys> {
  const make = async (name: string, role: string, more: object = {}) => {
    const body = { name, role, ...more };
    return (await must<{ key: string }>(target, target.adminKey, "/v1/keys", { method: "POST", body })).key;
  };
  return {
    admin: target.adminKey,
    sender: await make("sender", "ingest", { defaults: { region: "emea" } }),
    developer: await make("developer", "ingest", { fixed: { environment: "development" } }),
    reader: await make("reader", "viewer"),
    finops: await make("finance", "finops"),
    nobody: undefined,
  };
}

function at(body: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);
}

function demandWanted({ name, wanted: { status, ...fields } }: Step, target: Target, answer: Answer): void {
  const found = Object.fromEntries(Object.keys(fields).map((path) => [path, at(answer.body, path)]));
  if (answer.status === status && JSON.stringify(found) === JSON.stringify(fields)) return;
  const told = JSON.stringify(answer.body)?.slice(0, 800);
  throw new Error(
    `${target.name}, ${name}: wanted ${status} ${JSON.stringify(fields)}, found ${answer.status} ${told}`,
  );
}

/** As a sender does: what may not have been taken is sent again, until it is. */
async function send(target: Target, keys: Keys, step: Step): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask(target, keys[step.as], step.path, step);
    const again = answer.status === 503 || answer.status === 429 || Number(at(answer.body, "unavailable") ?? 0) > 0;
    if (!again || attempt === retriesMax) return answer;
    await sleep(100 * Math.min(2 ** attempt, 20));
  }
}

/** Each step's answer by its name and place; refuses one that is not as wanted. */
export async function tell(
  target: Target,
  keys: Keys,
  steps: readonly Step[],
  inParallel = false,
): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {};
  const queue = steps.entries();
  const lane = async () => {
    for (const [place, step] of queue) {
      const answer = await send(target, keys, step);
      demandWanted(step, target, answer);
      answers[`${place} ${step.name}`] = step.isGateways ? { ...answer, body: undefined } : answer;
    }
  };
  await Promise.all(Array.from({ length: inParallel ? lanes : 1 }, lane));
  return answers;
}
