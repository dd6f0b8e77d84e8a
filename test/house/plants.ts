/** A file that breaks the dependency rule in one way, and who must refuse it. */
export interface Plant {
  readonly breaks: string;
  readonly file: string;
  readonly code: string;
  readonly refusedBy: readonly ("biome" | "tsc")[];
}

const both = ["biome", "tsc"] as const;
const biome = ["biome"] as const;

/** Layers by their folder, with the name others import them by and what each may import. Nothing imports bin. */
export const layers: Readonly<Record<string, { readonly name: string; readonly imports: readonly string[] }>> = {
  "src/core": { name: "#core", imports: [] },
  "src/sdk": { name: "#sdk", imports: [] },
  "src/contract": { name: "#contract", imports: ["#core"] },
  "src/formats": { name: "#formats", imports: ["#core"] },
  "src/lake": { name: "#lake", imports: ["#core"] },
  "src/app": { name: "#app", imports: ["#core", "#lake"] },
  "src/api": { name: "#api", imports: ["#contract", "#formats", "#app", "#core"] },
  "src/adapters/local": { name: "#local", imports: ["#app", "#lake", "#core"] },
  "src/adapters/aws": { name: "#aws", imports: ["#app", "#lake", "#core"] },
  "src/server": { name: "#server", imports: ["#local", "#api", "#contract", "#formats", "#app", "#lake", "#core"] },
  "src/cli": { name: "#cli", imports: ["#contract", "#core"] },
  lambdas: { name: "#lambdas", imports: ["#aws", "#api", "#contract", "#formats", "#app", "#lake", "#core"] },
  lib: { name: "#lib", imports: ["#contract", "#lake"] },
  bin: { name: "#bin", imports: ["#lib"] },
};

const importing = (from: string) => `import { here } from "${from}";\nexport const there = here;\n`;

/**
 * The compiler follows the references of references: it refuses what a layer cannot reach at all, the linter also what
 * it reaches through another. `#cli` reaches every layer through the server, which `start` loads.
 */
function reachable(imports: readonly string[]): Set<string> {
  const names = new Set(imports);
  for (const name of names) {
    const layer = Object.values(layers).find((other) => other.name === name);
    for (const next of layer?.imports ?? []) names.add(next);
  }
  return names;
}

/** Every layer with every layer that it may not import. */
const crossings: readonly Plant[] = Object.entries(layers).flatMap(([folder, { name, imports }]) =>
  Object.values(layers)
    .filter((other) => other.name !== name && other.name !== "#bin" && !imports.includes(other.name))
    .map((other) => ({
      breaks: `${name} imports ${other.name}`,
      file: `${folder}/imports-${other.name.slice(1)}.ts`,
      code: importing(`${other.name}/here.ts`),
      refusedBy: name === "#cli" || reachable(imports).has(other.name) ? biome : both,
    })),
);

const pureLayers = ["core", "contract", "formats", "lake", "app"];

const impurities: readonly Plant[] = pureLayers.flatMap((folder) => [
  {
    breaks: `${folder} reads a file`,
    file: `src/${folder}/reads-file.ts`,
    code: `import { readFileSync } from "node:fs";\nexport const text = readFileSync("x", "utf8");\n`,
    refusedBy: both,
  },
  {
    breaks: `${folder} reads the environment`,
    file: `src/${folder}/reads-environment.ts`,
    code: "export const home = process.env;\n",
    refusedBy: both,
  },
  {
    breaks: `${folder} prints`,
    file: `src/${folder}/prints.ts`,
    code: `console.log("here");\n`,
    refusedBy: both,
  },
  {
    breaks: `${folder} calls the network`,
    file: `src/${folder}/fetches.ts`,
    code: `export const reply = fetch("https://example.com");\n`,
    refusedBy: both,
  },
  {
    breaks: `${folder} uses a package`,
    file: `src/${folder}/uses-package.ts`,
    code: `import { Command } from "commander";\nexport const command = new Command();\n`,
    refusedBy: biome,
  },
  ...["Date.now()", "new Date()", "Math.random()"].map((call) => ({
    breaks: `${folder} calls ${call}`,
    file: `src/${folder}/calls-${call.replace(/[^a-z]/gi, "").toLowerCase()}.ts`,
    code: `export const value = ${call};\n`,
    refusedBy: biome,
  })),
]);

const relative: readonly Plant[] = [
  { from: "../core/here.ts", file: "src/app/relative.ts" },
  { from: "./../core/here.ts", file: "src/app/dotted.ts" },
  { from: "../../core/here.ts", file: "src/app/ports/relative.ts" },
  { from: "../../core/here.ts", file: "src/adapters/local/relative.ts" },
  { from: "../adapters/local/here.ts", file: "src/server/relative.ts" },
  { from: "../src/core/here.ts", file: "test/relative.ts" },
  { from: "../../app/here.ts", file: "src/adapters/aws/relative.ts" },
  { from: "../src/core/here.ts", file: "lambdas/relative.ts" },
  { from: "../../src/core/here.ts", file: "lambdas/shared/relative.ts" },
  { from: "../src/lake/here.ts", file: "lib/relative.ts" },
  { from: "../lambdas/here.ts", file: "lib/lambda.ts" },
  { from: "../lib/here.ts", file: "bin/relative.ts" },
].map(({ from, file }) => ({ breaks: `${file} imports ${from}`, file, code: importing(from), refusedBy: biome }));

const strangers: readonly Plant[] = [
  { folder: "lib", uses: "@aws-sdk/client-s3" },
  { folder: "lib", uses: "@middy/core" },
  { folder: "lambdas", uses: "aws-cdk-lib" },
  { folder: "lambdas", uses: "@duckdb/node-api" },
  { folder: "src/adapters/aws", uses: "@middy/core" },
  { folder: "src/adapters/aws", uses: "@duckdb/node-api" },
  { folder: "src/adapters/local", uses: "@aws-sdk/client-s3" },
  { folder: "src/server", uses: "@aws-sdk/client-s3" },
  { folder: "src/sdk", uses: "zod" },
  { folder: "src/sdk", uses: "openai" },
  { folder: "src/sdk", uses: "node:fs" },
].map(({ folder, uses }) => ({
  breaks: `${folder} uses ${uses}`,
  file: `${folder}/uses-${uses.replace(/\W+/g, "-")}.ts`,
  code: `import * as stranger from "${uses}";\nexport const names = Object.keys(stranger);\n`,
  refusedBy: biome,
}));

export const plants: readonly Plant[] = [...crossings, ...impurities, ...relative, ...strangers];

/** What is allowed: each layer imports all it may, its own files up and down, and turns given times into dates. */
export const controls: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(layers).flatMap(([folder, { imports }]) => [
      [`${folder}/here.ts`, "export const here = 1;\n"],
      [`${folder}/inner/up.ts`, importing("../here.ts")],
      [`${folder}/down.ts`, `import { there } from "./inner/up.ts";\nexport const down = there;\n`],
      ...imports.map((name) => [`${folder}/allowed-${name.slice(1)}.ts`, importing(`${name}/here.ts`)]),
    ]),
  ),
  "src/sdk/context.ts": `import { AsyncLocalStorage } from "node:async_hooks";\nexport const here = new AsyncLocalStorage();\n`,
  "src/core/day.ts": "export const dayOf = (millis: number) => new Date(millis).toISOString();\n",
  "src/contract/schema.ts": `import * as z from "zod";\nexport const text = z.string();\n`,
  "src/cli/start.ts": `export const start = async () => (await import("#server/here.ts")).here;\n`,
  "src/adapters/aws/client.ts": `import { S3Client } from "@aws-sdk/client-s3";\nexport const s3 = () => new S3Client({});\n`,
  "lambdas/handle.ts": `import middy from "@middy/core";\nexport const name = middy.name;\n`,
  "lib/stack.ts": `import { Stack } from "aws-cdk-lib";\nimport { Bucket } from "aws-cdk-lib/aws-s3";\nexport const made = [Stack, Bucket];\n`,
  "bin/app.ts": `import { App } from "aws-cdk-lib";\nexport const app = new App();\n`,
  "src/adapters/local/file.ts": `import { readFileSync } from "node:fs";\nexport const text = readFileSync("x", "utf8");\n`,
};
