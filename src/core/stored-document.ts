/** Of every document written now. */
const documentVersion = 1;

/** A plain object as JSON text with its version. */
export function encodeDocument(document: object): string {
  return JSON.stringify({ v: documentVersion, ...document });
}

/**
 * The object that `encodeDocument` was given. Its fields are as they were judged when they came in; of a later version
 * they may be others, which this release would lose.
 */
export function decodeDocument(text: string): Readonly<Record<string, unknown>> {
  const read: unknown = JSON.parse(text);
  if (typeof read !== "object" || read === null) throw new Error("a stored document is no object");
  const { v, ...document } = read as Readonly<Record<string, unknown>>;
  if (v !== documentVersion) {
    throw new Error(
      `a stored document has version ${JSON.stringify(v)}, want ${documentVersion}: another release wrote it`,
    );
  }
  return document;
}
