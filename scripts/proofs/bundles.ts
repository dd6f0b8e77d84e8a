// Proves what is in each Lambda's bundle: no SDK client that the function has no use for, no package that none should
// have, no more bytes than a start can bear. Sizes and contents come from esbuild's metafile.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { type BundleContents, contentsOf } from "#lib/bundle-contents.ts";
import { bundleLambda, LAMBDA_BUNDLES, type LambdaName } from "#lib/bundle-lambdas.ts";

const bytesMax = 1_500_000;
const ingestBytesMax = 600_000;

/** What a function may stand on: the SDK, and what the layers of src are allowed. */
const allowed =
  /^(@aws-sdk\/.+|@smithy\/.+|@aws\/lambda-invoke-store|@aws-lambda-powertools\/(logger|commons)|@middy\/core|zod|pbf|hyparquet|hyparquet-writer|mnemonist|obliterator)$/;

/** As a zip has it: each file compressed on its own. */
function zippedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + deflateRawSync(readFileSync(join(parentPath, name))).length,
    0,
  );
}

function faultsOf(name: LambdaName, { bytes, clients, packages }: BundleContents): string[] {
  const wanted: readonly string[] = LAMBDA_BUNDLES[name].clients;
  const most = name === "serve-ingest" ? ingestBytesMax : bytesMax;
  return [
    ...clients.filter((client) => !wanted.includes(client)).map((client) => `holds the ${client} client`),
    ...wanted.filter((client) => !clients.includes(client)).map((client) => `has no use for the ${client} client`),
    ...[...packages].filter((each) => !allowed.test(each)).map((each) => `holds the package ${each}`),
    ...(bytes > most ? [`has ${bytes} bytes, wanted at most ${most}`] : []),
  ].map((fault) => `${name} ${fault}`);
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000)} KB`.padStart(8);

const folder = mkdtempSync(join(tmpdir(), "bundles-"));
try {
  console.log(
    `${"function".padEnd(20)} ${"code".padStart(8)} ${"at start".padStart(8)} ${"zipped".padStart(8)}  SDK clients`,
  );
  const faults: string[] = [];
  for (const name of Object.keys(LAMBDA_BUNDLES) as LambdaName[]) {
    const contents = contentsOf(await bundleLambda(name, folder));
    const sizes = [contents.bytes, contents.startBytes, zippedBytes(join(folder, name))].map(kilobytes).join(" ");
    console.log(`${name.padEnd(20)} ${sizes}  ${contents.clients.join(", ")}`);
    faults.push(...faultsOf(name, contents));
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  console.log("(code is minified; zipped is with the catalogue and the statements that lie beside it)");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
