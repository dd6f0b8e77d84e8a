import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { parseCatalogFile } from "#contract/catalog-file.ts";

type Asset = "catalog" | "sql";
type SdkClient = "athena" | "dynamodb" | "glue" | "lambda" | "s3" | "secrets-manager" | "sfn" | "sns";

interface Bundle {
  /** Folders of the project that lie beside the code. */
  readonly assets: readonly Asset[];
  /** The SDK clients that it holds, and no other: what a function can name is what it may be granted. */
  readonly clients: readonly SdkClient[];
}

/** Every function of `lambdas/`, by the name of its file. */
export const LAMBDA_BUNDLES = {
  "serve-ingest": { assets: ["catalog"], clients: ["dynamodb"] },
  "serve-import": { assets: ["catalog"], clients: ["dynamodb", "s3"] },
  "serve-authorize": { assets: ["catalog"], clients: ["dynamodb"] },
  "serve-read": { assets: ["catalog", "sql"], clients: ["athena", "dynamodb"] },
  "serve-control": { assets: ["catalog", "sql"], clients: ["athena", "dynamodb", "sfn"] },
  "serve-operate": { assets: ["sql"], clients: ["athena", "dynamodb", "s3"] },
  "post-spend": { assets: [], clients: ["dynamodb", "lambda"] },
  "land-usage": { assets: [], clients: ["s3"] },
  "run-pipeline-step": { assets: ["catalog", "sql"], clients: ["athena", "dynamodb"] },
  "evaluate-alerts": { assets: [], clients: ["dynamodb", "sns"] },
  "deliver-alert": { assets: [], clients: ["secrets-manager"] },
  "set-up-lake": { assets: [], clients: ["athena", "dynamodb", "glue", "secrets-manager"] },
} as const satisfies Readonly<Record<string, Bundle>>;

export type LambdaName = keyof typeof LAMBDA_BUNDLES;

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The S3 client's schemas have keys that are constants: `{ [_h]: … }`. Whether making one has an effect cannot be told,
 * so that all of them stay in, a tenth of a bundle, for the one operation that is used. With plain keys the rest falls out.
 */
const plainSchemaKeys: Plugin = {
  name: "plain-schema-keys",
  setup({ onLoad }) {
    onLoad({ filter: /client-s3\/dist-es\/schemas\/\w+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const constants = new Map(
        Array.from(source.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, name, text]) => [name, text]),
      );
      return {
        contents: source.replace(/\[(\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key)),
      };
    });
  },
};

/**
 * Minified, without source maps: a map of ours weighs more than the code and is read in at each start. The execution
 * role's credentials are in the environment; the SDK's chain, which looks for profiles and single sign-on, is a third of
 * a bundle and a quarter of its start.
 */
const options = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  mainFields: ["module", "main"],
  outExtension: { ".js": ".mjs" },
  alias: { "@aws-sdk/credential-provider-node": join(root, "lambdas/shared/environment-credentials.ts") },
  metafile: true,
  // Of the SDK in a browser.
  external: ["bowser"],
  plugins: [plainSchemaKeys],
  logLevel: "warning",
} satisfies BuildOptions;

/** The catalogue is checked here, so that a function trusts what lies beside it. */
function copyAsset(asset: Asset, folder: string): void {
  const from = join(root, asset);
  const to = join(folder, asset);
  mkdirSync(to, { recursive: true });
  const suffix = asset === "catalog" ? ".json" : ".sql";
  for (const name of readdirSync(from).filter((file) => file.endsWith(suffix))) {
    if (asset === "catalog") {
      parseCatalogFile(readFileSync(join(from, name), "utf8"), { path: join(from, name), provider: name.slice(0, -5) });
    }
    copyFileSync(join(from, name), join(to, name));
  }
}

/** Makes `<folder>/<name>/`: `index.mjs` with all that it imports, and the assets. Says what went into it. */
export async function bundleLambda(name: LambdaName, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: { index: `lambdas/${name}.ts` },
    outdir: join(folder, name),
  });
  for (const asset of LAMBDA_BUNDLES[name].assets) copyAsset(asset, join(folder, name));
  return metafile;
}
