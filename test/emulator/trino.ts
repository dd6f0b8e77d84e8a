import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findJava } from "./java.ts";
import { freePort, type ServerProcess, startProcess } from "./processes.ts";
import { installOnce, runTool } from "./tools.ts";

const kit = join(import.meta.dirname, "kit");
const trinoVersion = "476";
const startMsMax = 180_000;
const plugins = ["io.trino.plugin.iceberg.IcebergPlugin", "io.trino.plugin.hive.HivePlugin"];

async function copyJars(pom: string, folder: string): Promise<void> {
  const args = ["-q", "-B", "-f", join(kit, pom), "dependency:copy-dependencies", "-DincludeScope=runtime"];
  await runTool("mvn", [...args, `-DoutputDirectory=${folder}`], { minutesMax: 15 });
}

/** Trino's jars from Maven Central, about 210 MB, with a jar that names the two plugins. */
export function installTrino(): Promise<string> {
  return installOnce(`trino-${trinoVersion}`, async (folder) => {
    const lake = join(folder, "plugins", "lake");
    await copyJars("server-pom.xml", join(folder, "server", "lib"));
    await copyJars("plugin-pom.xml", lake);
    const services = join(folder, "services", "META-INF", "services");
    mkdirSync(services, { recursive: true });
    writeFileSync(join(services, "io.trino.spi.Plugin"), `${plugins.join("\n")}\n`);
    const jar = ["--create", "--file", join(lake, "lake-services.jar"), "-C", join(folder, "services"), "META-INF"];
    await runTool(join(findJava(), "bin", "jar"), jar, { minutesMax: 1 });
  });
}

/** Properties of a catalog, as its file has them. */
export type Catalog = Readonly<Record<string, string>>;

const inUtc = { "hive.timestamp-precision": "MICROSECONDS", "hive.parquet.time-zone": "UTC" };

const hive: Catalog = {
  "connector.name": "hive",
  "hive.iceberg-catalog-name": "iceberg",
  "hive.non-managed-table-writes-enabled": "true",
  "hive.partition-projection-enabled": "true",
  "hive.ignore-absent-partitions": "true",
  ...inUtc,
};

const iceberg: Catalog = {
  "connector.name": "iceberg",
  "iceberg.unique-table-location": "true",
  "iceberg.register-table-procedure.enabled": "true",
  "iceberg.hive-catalog-name": "awsdatacatalog",
  "iceberg.allowed-extra-properties": "*",
  "iceberg.expire-snapshots.min-retention": "0s",
  "iceberg.remove-orphan-files.min-retention": "0s",
};

/** Two catalogs on one Glue that together are Athena's single one: tables of either are reached through both. */
export function glueCatalogs(endpoint: string, region: string): Readonly<Record<string, Catalog>> {
  const glue = {
    "fs.native-s3.enabled": "true",
    "s3.endpoint": endpoint,
    "s3.region": region,
    "s3.path-style-access": "true",
    "s3.aws-access-key": "test",
    "s3.aws-secret-key": "test",
    "hive.metastore.glue.endpoint-url": endpoint,
    "hive.metastore.glue.region": region,
    "hive.metastore.glue.aws-access-key": "test",
    "hive.metastore.glue.aws-secret-key": "test",
    "hive.metastore.glue.default-warehouse-dir": "s3://lake/wh",
  };
  return {
    iceberg: { ...iceberg, "iceberg.catalog.type": "glue", ...glue },
    awsdatacatalog: { ...hive, "hive.metastore": "glue", ...glue },
  };
}

/** The same two on a folder, without an emulator: `local:///…` is a path in it. */
export function localCatalogs(folder: string): Readonly<Record<string, Catalog>> {
  const local = {
    "fs.native-local.enabled": "true",
    "local.location": folder,
    "hive.metastore.catalog.dir": "local:///wh",
  };
  return {
    iceberg: { ...iceberg, "iceberg.catalog.type": "TESTING_FILE_METASTORE", ...local },
    awsdatacatalog: { ...hive, "hive.metastore": "file", ...local },
  };
}

export interface TrinoOptions {
  readonly catalogs: Readonly<Record<string, Catalog>>;
  /** Any free one unless told. */
  readonly port?: number;
  readonly heapMb?: number;
}

export interface Trino extends ServerProcess {
  /** "http://127.0.0.1:18099" */
  readonly url: string;
}

const properties = (entries: Readonly<Record<string, string>>) =>
  Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

function configure(folder: string, port: number, catalogs: TrinoOptions["catalogs"], home: string): void {
  mkdirSync(join(folder, "catalog"));
  mkdirSync(join(folder, "data"));
  const config = {
    coordinator: "true",
    "node-scheduler.include-coordinator": "true",
    "http-server.http.port": String(port),
    "discovery.uri": `http://127.0.0.1:${port}`,
    "plugin.dir": join(home, "plugins"),
    "query.max-memory": "1GB",
    "query.max-memory-per-node": "512MB",
    "memory.heap-headroom-per-node": "256MB",
    "web-ui.enabled": "false",
    "catalog.management": "static",
  };
  writeFileSync(join(folder, "config.properties"), properties(config));
  writeFileSync(join(folder, "log.properties"), "io.trino=WARN\n");
  for (const [name, catalog] of Object.entries(catalogs)) {
    writeFileSync(join(folder, "catalog", `${name}.properties`), properties(catalog));
  }
}

/** `node.*` must be properties of the JVM, or Trino listens on every address of the machine. */
function javaArgs(folder: string, home: string, heapMb: number): string[] {
  const flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djdk.attach.allowAttachSelf=true"];
  const access = ["--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"];
  const node = {
    "user.timezone": "UTC",
    "node.environment": "ci",
    "node.id": "ci1",
    "node.bind-ip": "127.0.0.1",
    "node.internal-address": "127.0.0.1",
    "node.data-dir": join(folder, "data"),
    "log.levels-file": join(folder, "log.properties"),
    config: join(folder, "config.properties"),
    "catalog.config-dir": join(folder, "catalog"),
  };
  const set = Object.entries(node).map(([name, value]) => `-D${name}=${value}`);
  const program = ["-cp", join(home, "server", "lib", "*"), join(kit, "TrinoCi.java")];
  return [`-Xmx${heapMb}M`, ...flags, ...access, "--sun-misc-unsafe-memory-access=allow", ...set, ...program];
}

/** A Trino of one node, on 127.0.0.1 alone. */
export async function startTrino({ catalogs, port, heapMb = 1_500 }: TrinoOptions): Promise<Trino> {
  const home = await installTrino();
  const java = findJava();
  const folder = mkdtempSync(join(tmpdir(), "trino-"));
  const taken = port ?? (await freePort());
  configure(folder, taken, catalogs, home);
  const url = `http://127.0.0.1:${taken}`;
  const trino = await startProcess({
    name: "Trino",
    program: join(java, "bin", "java"),
    args: javaArgs(folder, home, heapMb),
    cwd: folder,
    env: { ...process.env, JAVA_HOME: java },
    log: join(folder, "server.log"),
    isReady: async () => {
      const reply = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(2_000) });
      return ((await reply.json()) as { starting?: boolean }).starting === false;
    },
    startMsMax,
  });
  const kill = async () => {
    await trino.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...trino, url, kill, [Symbol.asyncDispose]: kill };
}
