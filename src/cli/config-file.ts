import { readFileSync } from "node:fs";
import { check } from "#contract/check.ts";
import { configDocument, type SentConfigDocument } from "#contract/config.ts";
import type { Problem } from "#contract/problem.ts";
import type { FieldError } from "#core/field-error.ts";
import { expectStatus } from "./connection.ts";
import { type Failure, usageFailure } from "./failure.ts";
import { type Place, readYaml } from "./yaml-document.ts";

export const defaultConfigFile = "finops.yaml";

export interface ConfigFile {
  readonly document: SentConfigDocument;
  /** The body of the reply that was hoped for. A refusal is told with the lines that it is about. */
  readonly expectTaken: <R extends { readonly status: number; readonly body: unknown }, S extends R["status"]>(
    reply: R,
    wanted: S,
  ) => Extract<R, { readonly status: S }>["body"];
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw usageFailure(`${file}: ${reason}`, `name one with -f; \`finops export -f ${defaultConfigFile}\` makes one`);
  }
}

const at = (file: string, { line, column }: Place) => `${file}:${line}:${column}`;

/** Each field with its line. A part that the file leaves out may be wrong together with what it says. */
function fieldFailure(
  file: string,
  errors: readonly FieldError[],
  placeOf: (path: string) => Place | undefined,
): Failure {
  const lines = errors.map(({ path, found, wanted }) => {
    const place = placeOf(path);
    const where = place === undefined ? `${file}, with what stands already:` : at(file, place);
    return `  ${where} ${path === "" ? "" : `${path}: `}found ${found}, wanted ${wanted}`;
  });
  return usageFailure([`${file} cannot be taken:`, ...lines].join("\n"));
}

/** Reads and checks the file as far as that can be done without the server. */
export function readConfigFile(file: string): ConfigFile {
  const yaml = readYaml(textOf(file));
  if (!yaml.ok) {
    const lines = yaml.faults.map(({ message, ...place }) => `  ${at(file, place)} ${message}`);
    throw usageFailure([`${file} is no YAML that can be read:`, ...lines].join("\n"));
  }
  const { value, placeOf } = yaml;
  const checked = check(configDocument, value);
  if (!checked.ok) throw fieldFailure(file, checked.errors, placeOf);
  return {
    document: value as SentConfigDocument,
    expectTaken: (reply, wanted) => {
      if (reply.status !== 400) return expectStatus(reply, wanted);
      const fields = (reply.body as Problem).error.fields ?? [];
      const errors = fields.map((error) => ({ ...error, path: error.path.replace(/^document\.?/, "") }));
      throw fieldFailure(file, errors, placeOf);
    },
  };
}
