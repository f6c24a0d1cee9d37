import type { DownloadProgress } from "./download/options.js";

const barWidth = 24;
const redrawMilliseconds = 100;

/** Where a line can be drawn: standard error, or what a test puts in its place. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows one download until it ends, whether it succeeded or not. */
export interface ProgressBar {
  show(progress: DownloadProgress): void;
  end(): void;
}

/**
 * Makes the bars of a terminal: what is under way has one line together, and each file that has come leaves a line of
 * its own. Where the output is no terminal nothing is written.
 */
export function progressBars(terminal: Terminal): () => ProgressBar {
  const underWay = new Map<object, DownloadProgress>();
  let drawn = 0;

  const draw = () => {
    const all = [...underWay.values()];
    drawn = Date.now();
    terminal.write(`\r\x1b[2K${all.length === 0 ? "" : line(all, terminal.columns || 80)}`);
  };
  return () => {
    if (!terminal.isTTY) return { show: () => undefined, end: () => undefined };
    const key = {};
    return {
      show(progress) {
        if (progress.loaded < progress.total) {
          underWay.set(key, progress);
          if (Date.now() - drawn >= redrawMilliseconds) draw();
          return;
        }
        underWay.delete(key);
        terminal.write(`\r\x1b[2K${line([progress], terminal.columns || 80)}\n`);
        if (underWay.size > 0) draw();
      },
      end() {
        if (underWay.delete(key)) draw();
      },
    };
  };
}

/** The bars of standard error, for downloads whose progress nobody else wants to know. */
export const terminalBar: () => ProgressBar = progressBars(process.stderr);

function line(all: readonly DownloadProgress[], columns: number): string {
  const sum = (field: "loaded" | "total") => all.reduce((total, progress) => total + progress[field], 0);
  const [loaded, total] = [sum("loaded"), sum("total")];
  const share = total === 0 ? 1 : loaded / total;
  const filled = Math.round(share * barWidth);
  const bar = "━".repeat(filled) + " ".repeat(barWidth - filled);
  const percent = String(Math.floor(share * 100)).padStart(3);
  const figures = `  ${bar} ${percent} %  ${formatBytes(loaded)} of ${formatBytes(total)}`;
  const name = all.length === 1 ? all[0]!.file : `${all.length} files`;
  const room = Math.max(columns - figures.length - 1, 8);
  const shown = name.length > room ? `...${name.slice(3 - room)}` : name;
  return `${shown}${figures}`.slice(0, columns - 1);
}

/** 438 MB: decimal units, as file managers and the Hub have them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
