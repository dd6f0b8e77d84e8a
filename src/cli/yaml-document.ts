import { type Document, isAlias, isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface YamlFault extends Place {
  readonly message: string;
}

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown; readonly placeOf: (path: string) => Place | undefined }
  | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** Keys in a path are cut to as many characters. */
const keyChars = 64;

interface Step {
  readonly node: unknown;
  /** Where the key or the item begins. */
  readonly offset: number;
  readonly rest: string;
}

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/** The part of a map or a list that the path begins with. A key may hold dots itself: the longest one counts. */
function stepInto(document: Document, outer: unknown, path: string): Step | undefined {
  const node = isAlias(outer) ? outer.resolve(document) : outer;
  if (isSeq(node)) {
    const [text = "", place] = /^\[(\d+)\]\.?/.exec(path) ?? [];
    const item = place === undefined ? undefined : node.items[Number(place)];
    return item === undefined ? undefined : { node: item, offset: startOf(item), rest: path.slice(text.length) };
  }
  if (!isMap(node)) return undefined;
  const steps = node.items.flatMap(({ key, value }) => {
    const name = String(key).slice(0, keyChars);
    const rest = path.slice(name.length);
    const isNamed = path.startsWith(name) && /^(?:$|\.|\[)/.test(rest);
    return isNamed ? [{ node: value, offset: startOf(key), rest: rest.replace(/^\./, "") }] : [];
  });
  return steps.toSorted((a, b) => a.rest.length - b.rest.length)[0];
}

/** Where the path points, or the last part of it that is there; undefined when not even its beginning is. */
function offsetOf(document: Document, path: string): number | undefined {
  let at: Step | undefined = { node: document.contents, offset: startOf(document.contents), rest: path };
  let offset = path === "" ? at.offset : undefined;
  while (at !== undefined && at.rest !== "") {
    at = stepInto(document, at.node, at.rest);
    offset = at?.offset ?? offset;
  }
  return offset;
}

/** A YAML text as a value of JSON that knows where its parts stand; or all that is wrong with it. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { ok: false, faults: faults.map(({ message, pos }) => ({ ...placeAt(pos[0]), message })) };
  }
  try {
    const value: unknown = document.toJS();
    const placeOf = (path: string) => {
      const offset = offsetOf(document, path);
      return offset === undefined ? undefined : placeAt(offset);
    };
    return { ok: true, value, placeOf };
  } catch (error) {
    // An alias without its anchor, or so many of them that the text would grow out of bounds.
    return { ok: false, faults: [{ ...placeAt(0), message: (error as Error).message }] };
  }
}
