import { readFileSync } from "node:fs";
import { check } from "#contract/check.ts";
import type { Problem } from "#contract/problem.ts";
import { type SentChange, type SentScenario, scenarioEvaluation } from "#contract/scenarios.ts";
import type { FieldError } from "#core/field-error.ts";
import { type Failure, usageFailure } from "./failure.ts";
import { readYaml } from "./yaml-document.ts";

export interface ChangeOptions {
  readonly file?: string;
  readonly adoption?: readonly string[];
  readonly intensity?: readonly string[];
  readonly model?: readonly string[];
  readonly price?: readonly string[];
  readonly launch?: readonly string[];
}

/** A scenario from a file or from options, and what is wrong with it told by where it stands. */
export interface ScenarioSource {
  readonly scenario: SentScenario;
  readonly failure: (problem: Problem) => Failure;
}

const forms = {
  adoption: "feature=+40%@2027-01, or feature=500@2027-01 for so many customers",
  intensity: "feature=-10%@2027-01",
  model: "provider/model=>provider/model@2027-01",
  price: "provider/model=-20%@2027-01, where * stands for any characters",
  launch: "feature=region:100,200,300@2027-01",
} as const;
type Kind = keyof typeof forms;

const patterns: Readonly<Record<Kind, RegExp>> = {
  adoption: /^(?<feature>.+)=(?:(?<percent>[+-]?\d+(?:\.\d+)?)%|(?<customers>\d+))@(?<from>[\d-]+)$/,
  intensity: /^(?<feature>.+)=(?<percent>[+-]?\d+(?:\.\d+)?)%@(?<from>[\d-]+)$/,
  model: /^(?<provider>[^/]+)\/(?<model>.+)=>(?<newProvider>[^/]+)\/(?<newModel>.+)@(?<from>[\d-]+)$/,
  price: /^(?<provider>[^/]+)\/(?<model>.+)=(?<percent>[+-]?\d+(?:\.\d+)?)%@(?<from>[\d-]+)$/,
  launch: /^(?<feature>.+)=(?<region>[^:]+):(?<ramp>\d+(?:,\d+)*)@(?<from>[\d-]+)$/,
};

function changeOf(kind: Kind, text: string): SentChange {
  const groups = patterns[kind].exec(text)?.groups;
  if (groups === undefined) throw usageFailure(`--${kind} ${text}: not of the form ${forms[kind]}`);
  const { feature = "", from = "", percent, customers, provider = "", model = "" } = groups;
  switch (kind) {
    case "adoption":
      return percent === undefined
        ? { change: kind, feature, from, customers: Number(customers) }
        : { change: kind, feature, from, percent: Number(percent) };
    case "intensity":
      return { change: kind, feature, from, percent: Number(percent) };
    case "model": {
      const proposed = { provider: groups.newProvider ?? "", model: groups.newModel ?? "" };
      return { change: kind, from, current: { provider, model }, proposed };
    }
    case "price":
      return { change: kind, provider, model, from, percent: Number(percent) };
    case "launch": {
      const ramp = (groups.ramp ?? "").split(",").map(Number);
      return { change: kind, feature, region: groups.region ?? "", from, customers: ramp };
    }
    default:
      return kind satisfies never;
  }
}

/** Options of one kind stay in their order; the kinds follow each other as in `forms`. */
function fromOptions(options: ChangeOptions): ScenarioSource {
  const given = (Object.keys(forms) as Kind[]).flatMap((kind) =>
    (options[kind] ?? []).map((text) => ({ option: `--${kind} ${text}`, change: changeOf(kind, text) })),
  );
  if (given.length === 0) throw usageFailure("no change", `name a --file, or a change: --adoption ${forms.adoption}`);
  const told = (errors: readonly FieldError[], message: string) => {
    const lines = errors.map(({ path, found, wanted }) => {
      const option = given[Number(/changes\[(\d+)\]/.exec(path)?.[1])]?.option;
      return `  ${option ?? path}: found ${found}, wanted ${wanted}`;
    });
    return usageFailure([message, ...lines].join("\n"));
  };
  const scenario = { changes: given.map(({ change }) => change) };
  const checked = check(scenarioEvaluation, scenario);
  if (!checked.ok) throw told(checked.errors, "The scenario cannot be taken:");
  return { scenario, failure: ({ error }) => told(error.fields ?? [], error.message) };
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw usageFailure(`${file}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

function fromFile(file: string): ScenarioSource {
  const yaml = readYaml(textOf(file));
  if (!yaml.ok) {
    const lines = yaml.faults.map(({ line, column, message }) => `  ${file}:${line}:${column} ${message}`);
    throw usageFailure([`${file} is no YAML that can be read:`, ...lines].join("\n"));
  }
  const told = (errors: readonly FieldError[], message: string) => {
    const lines = errors.map(({ path, found, wanted }) => {
      const place = yaml.placeOf(path.replace(/^body\.?/, ""));
      const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
      return `  ${where} ${path}: found ${found}, wanted ${wanted}`;
    });
    return usageFailure([message, ...lines].join("\n"));
  };
  const checked = check(scenarioEvaluation, yaml.value);
  if (!checked.ok) throw told(checked.errors, `${file} cannot be taken:`);
  return { scenario: yaml.value as SentScenario, failure: ({ error }) => told(error.fields ?? [], error.message) };
}

export function scenarioSource(options: ChangeOptions): ScenarioSource {
  return options.file === undefined ? fromOptions(options) : fromFile(options.file);
}
