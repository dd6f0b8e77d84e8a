import { Presets, SingleBar } from "cli-progress";
import type { Terminal } from "../terminal.ts";

export interface Progress {
  readonly update: (bytesRead: number, rows: number) => void;
  readonly stop: () => void;
}

const lineEveryMs = 5_000;

/** A bar for a person, else a line every five seconds. */
export function startProgress(terminal: Terminal, sizeBytes: number): Progress {
  if (terminal.isInteractive) {
    const bar = new SingleBar(
      { format: "{bar} {percentage}%  {rows} rows  ETA {eta_formatted}" },
      Presets.shades_classic,
    );
    bar.start(sizeBytes, 0, { rows: "0" });
    return {
      update: (bytes, rows) => bar.update(bytes, { rows: rows.toLocaleString("en-US") }),
      stop: () => bar.stop(),
    };
  }
  let toldAt = terminal.now();
  return {
    update: (bytes, rows) => {
      if (terminal.now() - toldAt < lineEveryMs) return;
      toldAt = terminal.now();
      terminal.err(`${rows.toLocaleString("en-US")} rows sent, ${Math.floor((bytes * 100) / sizeBytes)} % read\n`);
    },
    stop: () => {},
  };
}
