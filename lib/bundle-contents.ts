import type { Metafile } from "esbuild";

export interface BundleContents {
  /** All code, with what is loaded only when it is needed. */
  readonly bytes: number;
  /** What every start loads. */
  readonly startBytes: number;
  /** npm's names. */
  readonly packages: ReadonlySet<string>;
  /** "dynamodb" of @aws-sdk/client-dynamodb. */
  readonly clients: readonly string[];
}

const clientPrefix = "@aws-sdk/client-";

function packageOf(input: string): string | undefined {
  const path = input.split("node_modules/");
  if (path.length === 1) return undefined;
  const parts = (path.at(-1) ?? "").split("/");
  return parts.slice(0, parts[0]?.startsWith("@") ? 2 : 1).join("/");
}

/** Outputs that the entry imports, and what these import. */
function loadedAtStart(outputs: Metafile["outputs"], entry: string): Set<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && outputs[path] !== undefined) loaded.add(path);
    }
  }
  return loaded;
}

/** What esbuild says it has put into a bundle; what it has shaken out of one does not count. */
export function contentsOf({ outputs }: Metafile): BundleContents {
  const entry = Object.keys(outputs).find((file) => outputs[file]?.entryPoint?.startsWith("lambdas/"));
  if (entry === undefined) throw new Error("the bundle has no entry point of lambdas/");
  const atStart = loadedAtStart(outputs, entry);
  const inside = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [packageOf(input)] : [])),
  );
  const packages = new Set(inside.filter((name) => name !== undefined));
  const bytesOf = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  return {
    bytes: bytesOf(Object.keys(outputs)),
    startBytes: bytesOf(atStart),
    packages,
    clients: [...packages]
      .filter((name) => name.startsWith(clientPrefix))
      .map((name) => name.slice(clientPrefix.length))
      .sort(),
  };
}
