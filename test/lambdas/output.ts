import { vi } from "vitest";

/** What a function writes to its log, metrics included, while it is in use. */
export function captureOutput() {
  const written: string[] = [];
  const keep = (chunk: unknown) => {
    written.push(String(chunk));
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(keep),
    vi.spyOn(process.stderr, "write").mockImplementation(keep),
    ...(["error", "warn", "info", "log"] as const).map((level) => vi.spyOn(console, level).mockImplementation(keep)),
  ];
  const lines = () =>
    written
      .join("\n")
      .split("\n")
      .filter((line) => line.startsWith("{"));
  return {
    text: () => written.join("\n"),
    metrics: () =>
      lines()
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => "_aws" in line),
    [Symbol.dispose]: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
