import { digitSource, once } from "../../tokenizers/python-text/index.js";

/** What a model says between two timestamps, which are in seconds. */
export interface WhisperOffset {
  text: string;
  timestamp: [start: number, end: number];
}

const TIMESTAMP = once(() => new RegExp(`<\\|[${digitSource()}]+\\.[${digitSource()}]+\\|>`, "gu"));
/** What may be the beginning of a timestamp, at the end of a text. */
const OPEN = once(() => {
  const digits = `[${digitSource()}]`;
  return new RegExp(`<(?:\\|(?:${digits}+(?:\\.(?:${digits}+\\|?)?)?)?)?$`, "u");
});

/** A text without the timestamps in it. */
export function withoutTimestamps(text: string): string {
  return text.includes("<|") ? text.replace(TIMESTAMP(), "") : text;
}

/** `withoutTimestamps` of a text that comes in pieces; called with null at the end, it gives the rest. */
export function streamedWithoutTimestamps(): (text: string | null) => string {
  let held = "";
  return (text) => {
    const all = withoutTimestamps(held + (text ?? ""));
    const end = text === null || !all.includes("<") ? all.length : (OPEN().exec(all)?.index ?? all.length);
    held = all.slice(end);
    return all.slice(0, end);
  };
}

/** A timestamp as text: `<|1.08|>`. */
export function timestampText(seconds: number): string {
  return `<|${twoDecimals(seconds)}|>`;
}

/** Python's "%.2f": a number that is as near to two others goes to the even one. */
function twoDecimals(value: number): string {
  const eighths = value * 8;
  const isTie = Number.isInteger(eighths) && eighths % 2 !== 0;
  if (!isTie) return value.toFixed(2);
  const below = Math.floor(value * 100);
  return ((below % 2 === 0 ? below : below + 1) / 100).toFixed(2);
}

/** The ids from the first of each two timestamps that follow each other to the next such place. */
export function timedSlices(ids: readonly number[], isTimestamp: (id: number) => boolean): number[][] {
  const places = ids.flatMap((id, place) => (isTimestamp(id) ? [place] : []));
  const ends = places.filter((place) => place > 0 && isTimestamp(ids[place - 1]!));
  if (ends.length === 0 && places.length <= 1) return [];
  const last = places.at(-1)! + 1;
  if (!ends.includes(last)) ends.push(last);
  let from = places[0]!;
  return ends.map((end) => {
    const slice = ids.slice(from, end);
    from = end;
    return slice;
  });
}
