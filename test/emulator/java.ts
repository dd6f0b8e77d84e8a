import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const jvmFolder = "/usr/lib/jvm";
const versionMin = 24;

function versionOf(home: string): number | undefined {
  if (!existsSync(join(home, "bin", "java")) || !existsSync(join(home, "release"))) return undefined;
  const version = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, "release"), "utf8"))?.[1];
  return version === undefined ? undefined : Number(version);
}

/** The home of a JDK that runs Trino: JAVA_HOME when it is new enough, else the newest installed. */
export function findJava(): string {
  const installed = existsSync(jvmFolder) ? readdirSync(jvmFolder).map((name) => join(jvmFolder, name)) : [];
  const found = [...(process.env.JAVA_HOME ? [process.env.JAVA_HOME] : []), ...installed]
    .map((home) => ({ home, version: versionOf(home) ?? 0 }))
    .filter(({ version }) => version > 0);
  const fit = found.filter(({ version }) => version >= versionMin);
  const best = fit.find(({ home }) => home === process.env.JAVA_HOME) ?? fit.sort((a, b) => b.version - a.version)[0];
  if (best !== undefined) return best.home;
  const seen = found.map(({ home, version }) => `${home} (${version})`).join(", ") || "none";
  throw new Error(`Trino wants a JDK of version ${versionMin} or newer in ${jvmFolder} or JAVA_HOME; found: ${seen}`);
}
