import type { Incoming } from "./incoming.ts";

/** Context attributes that an event is made of; others, extensions among them, say nothing of usage. */
const ATTRIBUTES = ["specversion", "id", "source", "type", "time"] as const;

/** What stands in double quotes, without them, as older senders write it. */
function unquoted(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value.trim())?.[1];
  return quoted === undefined ? value.trim() : quoted.replace(/\\(.)/g, "$1");
}

/** Anything but printable ASCII comes percent-encoded; what cannot have been encoded so stays as it is. */
function decoded(value: string): string {
  const text = unquoted(value);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The attributes of a CloudEvent whose data is the body: CloudEvents' HTTP binding 1.0, binary mode. Undefined where no
 * header is one of a CloudEvent.
 */
export function binaryAttributes(headers: Incoming["headers"]): Readonly<Record<string, string>> | undefined {
  const sent = ATTRIBUTES.flatMap((name) => {
    const value = headers.get(`ce-${name}`);
    return value === null ? [] : [[name, decoded(value)]];
  });
  return sent.length === 0 ? undefined : (Object.fromEntries(sent) as Record<string, string>);
}
