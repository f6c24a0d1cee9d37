import type { Json } from "../json.js";
import type { Decoder } from "./decoder.js";

/** A token that stands for a byte. The reference's number parser takes a plus in front of a digit. */
const BYTE = /^<0x(?:([0-9a-fA-F]{2})|\+([0-9a-fA-F]))>$/;

/** Whether a token stands for a byte. */
export function isByteToken(token: string): boolean {
  return token.length === 6 && BYTE.test(token);
}

/** The bytes that tokens such as `<0x61>` stand for, made characters; U+FFFD for each byte where they are no UTF-8. */
export class ByteFallback implements Decoder {
  readonly type = "ByteFallback";

  decodeChain(tokens: readonly string[]): string[] {
    const decoded: string[] = [];
    const bytes: number[] = [];
    const flush = () => {
      if (bytes.length === 0) return;
      const text = decodeBytes(bytes);
      if (text !== undefined) decoded.push(text);
      else for (let i = 0; i < bytes.length; i++) decoded.push("\ufffd");
      bytes.length = 0;
    };
    for (const token of tokens) {
      const found = BYTE.exec(token);
      if (found !== null) {
        bytes.push(Number.parseInt(found[1] ?? found[2]!, 16));
      } else {
        flush();
        decoded.push(token);
      }
    }
    flush();
    return decoded;
  }

  toJson(): Json {
    return { type: this.type };
  }
}

function decodeBytes(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
