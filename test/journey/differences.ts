/** What no two systems have in common: moments of their own, ids that they make. */
const ownNames = new Set(
  "request_id id_of_key key key_id by created_at received_at generated_at started_at finished_at revoked_at now".split(
    " ",
  ),
);
const shownMax = 10;

/** A moment within a sentence: the limit of the live window, as the one that was asked knew it. */
const momentInside = /(?<=\D)\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;

const comparable = (value: unknown) => (typeof value === "string" ? value.replace(momentInside, "…") : value);

function walk(left: unknown, right: unknown, path: string, found: string[]): void {
  if (found.length >= shownMax || Object.is(comparable(left), comparable(right))) return;
  const areObjects = typeof left === "object" && typeof right === "object" && left !== null && right !== null;
  if (!areObjects || Array.isArray(left) !== Array.isArray(right)) {
    found.push(`${path}: ${JSON.stringify(left)?.slice(0, 200)} against ${JSON.stringify(right)?.slice(0, 200)}`);
    return;
  }
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (ownNames.has(name)) continue;
    walk((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name], `${path}.${name}`, found);
  }
}

/** Where two systems say different things, the first few. */
export function differences(left: unknown, right: unknown, name: string): string[] {
  const found: string[] = [];
  walk(left, right, name, found);
  return found;
}
