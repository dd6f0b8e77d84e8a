import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const folder = new URL("../fixtures/otlp/", import.meta.url);

/** A body as an exporter has sent it, unpacked. */
export function capturedBody(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(gunzipSync(readFileSync(new URL(`${name}.bin.gz`, folder))));
}
