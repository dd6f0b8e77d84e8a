import { run } from "#cli/program.ts";
import type { AwsTarget } from "../journey/aws-target.ts";

export interface Printed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** `finops …` as a person types it, on a deployed system. */
export async function finops(aws: AwsTarget, key: string | undefined, words: readonly string[]): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await run([...words], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isInteractive: false,
    ask: async () => undefined,
    env: { FINOPS_URL: "http://deployed", FINOPS_KEY: key },
    fetch: (url, request) => aws.call(url.replace("http://deployed", ""), request),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId: () => "proof",
    now: Date.now,
  });
  return { exitCode, out: out.join(""), err: err.join("") };
}
