import { parsed } from "./json.ts";
import type { Tally } from "./tally.ts";
import { watchReadable } from "./watch-stream.ts";

/** Passes the bytes of a body as they come, and reads them when there are no more: JSON, or an event a line. */
function bytesTally(tally: Tally<unknown>): Tally<Uint8Array> {
  const decoder = new TextDecoder();
  let text = "";
  return {
    see(bytes) {
      text += decoder.decode(bytes, { stream: true });
      return bytes;
    },
    end() {
      const whole = parsed(text);
      const parts = whole ? [whole] : text.split("\n").map((line) => parsed(line.replace(/^data:/, "")));
      for (const part of parts) tally.see(part);
      tally.end();
    },
  };
}

/** A response that the caller reads on its own. Until it is read, the client may still parse the one it has. */
export function watchResponse(response: Response, tally: Tally<unknown>): Response {
  if (!response.ok || !response.body) return response;
  const watched = new Response(watchReadable(response.body, bytesTally(tally)), response);
  return Object.defineProperty(watched, "url", { value: response.url });
}
