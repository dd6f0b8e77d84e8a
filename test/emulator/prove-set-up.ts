import { openCdk } from "../journey/deployment.ts";
import { emulated, emulatedConfig, emulatedEnvironment } from "./config.ts";
import { startEmulator } from "./emulator.ts";

/** Without an engine no table can be made: the deploy fails, soon, and says why. */
export async function proveFailedSetUpIsTold(say: (line: string) => void): Promise<void> {
  await using emulator = await startEmulator({ trino: false });
  using cdk = openCdk(emulated(emulator), emulatedConfig);
  await cdk.run(["bootstrap", emulatedEnvironment]);
  const failure = await cdk.deploy().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (failure === undefined) throw new Error("a deploy without a query engine succeeded");
  const why = /[^\n]*no Trino runs behind this Athena[^\n]*/.exec(failure)?.[0];
  if (why === undefined) throw new Error(`the failed deploy does not say why:\n${failure}`);
  say(`a deploy whose tables cannot be made fails with: ${why.trim().slice(0, 300)}`);
}
