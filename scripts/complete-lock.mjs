// npm leaves an optional package out of the lockfile when the registry in reach does not carry it, and `npm ci`
// then refuses the lockfile. Run this after `npm install`: it adds the entries of the other platforms, with their
// os and cpu, so that `npm ci` works on every machine.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    if (lock.packages[`node_modules/${name}`] || lock.packages[nested]) continue;
    const words = name.split(/[-/]/);
    const os = systems.filter((word) => words.includes(word));
    const cpu = processors.filter((word) =>
      words.some((part) => part === word || (word === "wasm32" && part === "wasm")),
    );
    if (!/^\d/.test(version) || (os.length === 0 && cpu.length === 0)) {
      console.error(`not added: ${name}@${version} of ${path}: no exact version or no platform in its name`);
      process.exitCode = 1;
      continue;
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(entry.dev && { dev: true }),
      license: entry.license,
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
