import { afterEach, expect, test, vi } from "vitest";
import { env } from "#lambdas/shared/env.ts";
import { defaultProvider } from "#lambdas/shared/environment-credentials.ts";

afterEach(() => vi.unstubAllEnvs());

test("a variable that is missing or empty is named", () => {
  vi.stubEnv("LEDGER_TABLE", undefined);
  expect(() => env("LEDGER_TABLE")).toThrow("The environment variable LEDGER_TABLE is missing");
  vi.stubEnv("LEDGER_TABLE", "");
  expect(() => env("LEDGER_TABLE")).toThrow("LEDGER_TABLE is empty");
  vi.stubEnv("LEDGER_TABLE", "ai-finops-ledger");
  expect(env("LEDGER_TABLE")).toBe("ai-finops-ledger");
});

test("the credentials are those that Lambda gives at the time", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "session");
  const read = defaultProvider();
  expect(await read()).toEqual({ accessKeyId: "id", secretAccessKey: "secret", sessionToken: "session" });
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  expect(await read()).toEqual({ accessKeyId: "id", secretAccessKey: "secret" });
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  await expect(read()).rejects.toThrow("AWS_SECRET_ACCESS_KEY");
});
