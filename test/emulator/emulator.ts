import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentWithoutAws, freePort, startProcess } from "./processes.ts";
import { installOnce, runTool } from "./tools.ts";
import { glueCatalogs, startTrino } from "./trino.ts";

const kit = join(import.meta.dirname, "kit");
const nodeModules = join(import.meta.dirname, "../../node_modules");
const logFolder = join(import.meta.dirname, "../../reports/emulator");
const region = "eu-central-1";
/** Exact: the kit patches its private functions. */
const ministack = "1.5.33";
const startMsMax = 60_000;

export async function installEmulator(): Promise<string> {
  return installOnce(`ministack-${ministack}`, async (folder) => {
    // A venv cannot be moved: it is made of packages in a folder instead.
    await runTool("python3", ["-m", "pip", "install", "-q", "--target", folder, `ministack[full]==${ministack}`], {
      minutesMax: 10,
    });
  });
}

export interface Emulator extends AsyncDisposable {
  /** "http://127.0.0.1:4566": an address, so that S3 is asked by path. */
  readonly endpoint: string;
  readonly region: string;
  /** What the AWS CDK and SDK have to find in their environment to talk to it, and to nobody else. */
  readonly env: Readonly<Record<string, string>>;
  /** The emulator's own log, and the Lambdas'. */
  readonly log: string;
  readonly pid: number;
  /** What goes wrong from now on: kit/patches/faults.py. */
  order(faults: Faults): void;
}

interface Faults {
  /** By the end of a table's name, the share of writes to it that are refused. */
  readonly throttle?: Readonly<Record<string, number>>;
  /** No object is taken under this prefix. */
  readonly refuse_objects?: string;
}

export interface EmulatorOptions {
  /** Without Trino every query fails, and it starts in a third of the time. */
  readonly trino?: boolean;
}

/** ministack with Trino behind its Athena. Both end with this process. */
export async function startEmulator({ trino = true }: EmulatorOptions = {}): Promise<Emulator> {
  const packages = await installEmulator();
  mkdirSync(logFolder, { recursive: true });
  await using started = new AsyncDisposableStack();
  const folder = started.adopt(mkdtempSync(join(tmpdir(), "emulator-")), async (made) =>
    rmSync(made, { recursive: true, force: true }),
  );
  const faultsFile = join(folder, "faults.json");
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const trinoUrl = trino ? started.use(await startTrino({ catalogs: glueCatalogs(endpoint, region) })).url : "";
  const access = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: region };
  const server = started.use(
    await startProcess({
      name: "ministack",
      program: "python3",
      args: [join(kit, "launch.py")],
      cwd: folder,
      env: {
        ...environmentWithoutAws(),
        ...access,
        GATEWAY_PORT: String(port),
        BIND_HOST: "127.0.0.1",
        MINISTACK_REGION: region,
        LAMBDA_EXECUTOR: "local",
        TRINO_URL: trinoUrl,
        FAULTS_FILE: faultsFile,
        NODE_PATH: nodeModules,
        PATH: `${join(nodeModules, ".bin")}:${process.env.PATH}`,
        PYTHONPATH: packages,
        // The code of functions, unpacked: it goes with the folder.
        TMPDIR: folder,
      },
      log: join(logFolder, `ministack-${port}.log`),
      isReady: async () =>
        (await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })).status === 200,
      startMsMax,
    }),
  );
  const resources = started.move();
  return {
    ...{ endpoint, region, log: server.log, pid: server.pid },
    env: { ...access, AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_DISABLED: "true" },
    order: (faults) => {
      writeFileSync(`${faultsFile}.next`, JSON.stringify(faults));
      renameSync(`${faultsFile}.next`, faultsFile);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
