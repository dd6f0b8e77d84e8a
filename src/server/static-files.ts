import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const headers = {
  "cache-control": "no-cache",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The files of `folder` by their names alone, read at start: no path of a request ever reaches the disk. */
export function staticFiles(folder: URL): (request: Request) => Response | undefined {
  const files = new Map<string, { bytes: Buffer<ArrayBuffer>; mediaType: string }>();
  for (const name of readdirSync(folder)) {
    const mediaType = MEDIA_TYPES[extname(name)];
    if (mediaType === undefined) continue;
    files.set(name === "index.html" ? "/" : `/${name}`, { bytes: readFileSync(new URL(name, folder)), mediaType });
  }
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const file = files.get(URL.parse(request.url)?.pathname ?? "");
    if (file === undefined) return undefined;
    const body = request.method === "HEAD" ? null : file.bytes;
    return new Response(body, { headers: { ...headers, "content-type": file.mediaType } });
  };
}
