import type { Tally } from "./tally.ts";

/** The same parts, as they come, and the same end: who stops early stops the source. */
export async function* watchIterator(source: AsyncIterator<unknown>, tally: Tally<unknown>): AsyncGenerator<unknown> {
  try {
    for await (const part of { [Symbol.asyncIterator]: () => source }) {
      const seen = tally.see(part);
      if (seen !== undefined) yield seen;
    }
  } finally {
    tally.end();
  }
}

/** The same for a web stream: untouched until somebody reads it, and read no faster than that. */
export function watchReadable<T>(source: ReadableStream<T>, tally: Tally<T>): ReadableStream<T> {
  let reader: ReadableStreamDefaultReader<T> | undefined;
  return new ReadableStream<T>(
    {
      async pull(controller) {
        try {
          let part: T | undefined;
          do {
            reader ??= source.getReader();
            const read = await reader.read();
            if (read.done) {
              tally.end();
              return controller.close();
            }
            part = tally.see(read.value);
          } while (part === undefined);
          controller.enqueue(part);
        } catch (error) {
          tally.end();
          controller.error(error);
        }
      },
      cancel(reason) {
        tally.end();
        return (reader ?? source).cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
