// npm run build: dist/ is the package that senders install, plain JavaScript with its types, which needs Node 20 and
// nothing else.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", join(root, "src/sdk/tsconfig.build.json")], {
  stdio: "inherit",
});

const { name, version, license, type, sideEffects } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const description = "Counts what a process uses of AI models, and sends it to AI FinOps.";
const manifest = {
  ...{ name, version, description, license, type, sideEffects },
  engines: { node: ">=20" },
  exports: { "./sdk": { types: "./sdk/meter.d.ts", default: "./sdk/meter.js" } },
};
writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(root, "LICENSE"), join(dist, "LICENSE"));
copyFileSync(join(root, "docs/senders/sdk.md"), join(dist, "README.md"));
