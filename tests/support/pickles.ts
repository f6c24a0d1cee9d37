import { crc32 } from "node:zlib";

// Pickles and their containers, written byte by byte as an attacker could.

const text = new TextEncoder();
export const bytes = (...parts: (string | number | Uint8Array | readonly number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === "string"
        ? text.encode(part)
        : typeof part === "number"
          ? Uint8Array.of(part)
          : Uint8Array.from(part),
    ),
  );

/** Little-endian. */
export const u16 = (value: number) => [value & 255, (value >>> 8) & 255];
export const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const u64 = (value: number) => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];

// Opcodes, as pickletools names them

export const proto = bytes(0x80, 2);
export const stop = ".";
export const unicode = (value: string) => bytes("X", u32(text.encode(value).length), value);
export const global = (module: string, name: string) => bytes("c", module, "\n", name, "\n");
export const int = (value: number) => bytes("J", u32(value >>> 0));
export const tuple = (...items: Uint8Array[]) => bytes("(", ...items, "t");
export const call = (callee: Uint8Array, ...args: Uint8Array[]) => bytes(callee, tuple(...args), "R");
export const dict = (...items: Uint8Array[]) => bytes("}(", ...items, "u");
export const pickle = (...parts: Parameters<typeof bytes>) => bytes(proto, ...parts, stop);

export const storage = (key: string, count: number, type = "FloatStorage") =>
  bytes(tuple(unicode("storage"), global("torch", type), unicode(key), unicode("cpu"), int(count)), "Q");

/** A tensor over a storage of `count` floats. */
export const tensor = (
  options: { key?: string; count?: number; offset?: number; shape?: number[]; strides?: number[] } = {},
) => {
  const { key = "0", count = 2, offset = 0, shape = [count], strides = shape.map(() => 1) } = options;
  return call(
    global("torch._utils", "_rebuild_tensor_v2"),
    storage(key, count),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    bytes(0x89),
    call(global("collections", "OrderedDict")),
  );
};

// Containers

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the local header and the directory say where they lie. */
  readonly local?: Partial<ZipHeader>;
  readonly central?: Partial<ZipHeader>;
  /** Bytes before the local header. */
  readonly before?: Uint8Array;
  /** Where the directory says that the record begins. */
  readonly at?: number;
}

interface ZipHeader {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
}

/** A zip archive of stored records. */
export function zip(
  entries: readonly ZipEntry[],
  options: { before?: Uint8Array; after?: Uint8Array; count?: number; zip64?: boolean } = {},
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  const add = (part: Uint8Array) => {
    parts.push(part);
    position += part.length;
  };
  if (options.before) add(options.before);
  for (const { name, data, local = {}, central = {}, before, at } of entries) {
    if (before) add(before);
    const truth = { name, flags: 0, method: 0, crc: crc32(data), compressed: data.length, size: data.length };
    const fields = (header: ZipHeader) => [
      ...u16(20),
      ...u16(header.flags),
      ...u16(header.method),
      ...u32(0),
      ...u32(header.crc),
      ...u32(header.compressed),
      ...u32(header.size),
      ...u16(text.encode(header.name).length),
      ...u16(0),
    ];
    const [localHeader, centralHeader] = [
      { ...truth, ...local },
      { ...truth, ...central },
    ];
    const begin = at ?? position;
    add(bytes("PK", [3, 4], fields(localHeader), localHeader.name, data));
    directory.push(
      bytes(
        "PK",
        [1, 2],
        u16(20),
        fields(centralHeader),
        u16(0),
        u16(0),
        u16(0),
        u32(0),
        u32(begin),
        centralHeader.name,
      ),
    );
  }
  const start = position;
  for (const part of directory) add(part);
  const length = position - start;
  const count = options.count ?? entries.length;
  if (options.zip64) {
    const at = position;
    add(
      bytes(
        "PK",
        [6, 6],
        u64(44),
        u16(45),
        u16(45),
        u32(0),
        u32(0),
        u64(count),
        u64(count),
        u64(length),
        u64(start),
      ),
    );
    add(bytes("PK", [6, 7], u32(0), u64(at), u32(1)));
  }
  add(bytes("PK", [5, 6], u16(0), u16(0), u16(count), u16(count), u32(length), u32(start), u16(0)));
  if (options.after) add(options.after);
  return Buffer.concat(parts);
}

/** What torch.save writes since 1.6. */
export function archive(data: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return zip([
    { name: "archive/data.pkl", data },
    ...Object.entries(storages).map(([key, content]) => ({ name: `archive/data/${key}`, data: content })),
    { name: "archive/version", data: bytes("3\n") },
  ]);
}

export const legacyMagic = pickle(
  bytes(0x8a, 10),
  [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
);
const legacyVersion = pickle("M", u16(1001));
const legacySystem = pickle(dict(unicode("little_endian"), bytes(0x88)));

/** What torch.save wrote before 1.6: pickles one after the other, then the storages. */
export function legacy(data: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  const keys = Object.keys(storages);
  return bytes(
    legacyMagic,
    legacyVersion,
    legacySystem,
    data,
    pickle("]", "(", ...keys.map(unicode), "e"),
    ...keys.map((key) => bytes(u64(storages[key]!.length / 4), storages[key]!)),
  );
}

/** What torch.save wrote in 0.1.1: a tar archive. */
export function tar(data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write("pickle", 0);
  header.write(data.length.toString(8).padStart(11, "0"), 124);
  header.write("ustar", 257);
  return Buffer.concat([header, data, Buffer.alloc(512 - (data.length % 512) + 1024)]);
}
