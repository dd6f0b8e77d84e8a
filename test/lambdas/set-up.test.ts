import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setUp } from "#lambdas/shared/set-up.ts";
import { context } from "./lambda-context.ts";
import { captureOutput } from "./output.ts";

const resource = { PhysicalResourceId: "ai-finops-lake" };

/** As CDK's provider framework sends it. */
const eventOf = (request: "Create" | "Update" | "Delete") => ({
  RequestType: request,
  ResourceType: "Custom::AiFinopsLake",
  LogicalResourceId: "LakeSetUpTables",
  RequestId: "0f3c",
  StackId: "arn:aws:cloudformation:eu-central-1:111122223333:stack/AiFinops-Lake/1",
  ResourceProperties: { tables: "1a2b", adminKey: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:k" },
});

function open() {
  const deps = {
    setUpLake: vi.fn(async () => ({ made: ["usage_events"], added: [] })),
    readAdminKey: vi.fn(async () => "the-secret-admin-key"),
    setAdminKey: vi.fn(async () => "set" as const),
  };
  const handler = setUp(deps);
  return { deps, invoke: (request: "Create" | "Update" | "Delete") => handler(eventOf(request), context) };
}

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => output[Symbol.dispose]());

describe("the set-up at a deploy", () => {
  test.each(["Create", "Update"] as const)(
    "%s makes the tables and takes the key, which no log tells",
    async (request) => {
      const { deps, invoke } = open();
      expect(await invoke(request)).toEqual(resource);
      expect(deps.setUpLake).toHaveBeenCalledOnce();
      expect(deps.setAdminKey).toHaveBeenCalledWith("the-secret-admin-key");
      expect(output.text()).not.toContain("the-secret-admin-key");
    },
  );

  test("Delete touches nothing", async () => {
    const { deps, invoke } = open();
    expect(await invoke("Delete")).toEqual(resource);
    expect([deps.setUpLake, deps.readAdminKey, deps.setAdminKey].some((each) => each.mock.calls.length > 0)).toBe(
      false,
    );
  });

  test("what fails fails the deploy, with the message that says what to do", async () => {
    const { deps, invoke } = open();
    deps.readAdminKey.mockRejectedValue(new Error('secret "k": it has no value yet: give it one'));
    await expect(invoke("Create")).rejects.toThrow("it has no value yet: give it one");
    expect(deps.setAdminKey).not.toHaveBeenCalled();
  });
});
