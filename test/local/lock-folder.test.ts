import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FolderInUse, lockFolder } from "#local/lock-folder.ts";
import { tempFolder } from "./temp-folder.ts";

describe("a data folder", () => {
  test("that another server has is refused, naming it, until that one ends", () => {
    using folder = tempFolder();
    const release = lockFolder(folder.path);
    expect(() => lockFolder(folder.path)).toThrow(FolderInUse);
    expect(() => lockFolder(folder.path)).toThrow(`in use by another server (process ${process.pid})`);
    release();
    lockFolder(folder.path)();
  });

  test("is free again after its server was killed", async () => {
    using folder = tempFolder();
    const module = new URL("../../src/adapters/local/lock-folder.ts", import.meta.url).href;
    const script = `import { lockFolder } from ${JSON.stringify(module)};
      lockFolder(${JSON.stringify(folder.path)}); console.log("locked"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(() => lockFolder(folder.path)).toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(folder.file("lock-holder.txt"))).toBe(true);
    lockFolder(folder.path)();
  });
});
