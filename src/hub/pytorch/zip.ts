import { TransformersError } from "../../errors.js";
import { crc32, crc32Beside, type OpenFile } from "../storage/index.js";

/** One record of the archive, where its bytes lie in the file. */
export interface ZipRecord {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

/** PyTorch writes one record for each storage: more than a hundred thousand is no checkpoint. */
const mostRecords = 100_000;
/** What a record takes in the directory: far more than torch.save's names and fields. */
const longestEntry = 2_000;
const endLength = 22;
const locatorLength = 20;
const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
/** Sizes after the data (bit 3), names in UTF-8 (bit 11); all others, encryption among them, are refused. */
const knownFlags = 0x0808;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the directory of a zip archive as PyTorch writes them: records stored without compression, nothing before
 * the first, between two or after the last but what the format puts there. An archive that two programs could read
 * differently is refused: names that repeat, records that overlap, local headers that say something else.
 *
 * @throws CORRUPT_FILE naming the file and the record; UNSUPPORTED for compressed records.
 */
export async function readZip(file: OpenFile, path: string): Promise<Map<string, ZipRecord>> {
  const refuse = (what: string): never => {
    throw new TransformersError(
      "CORRUPT_FILE",
      `${path} is no archive that can be trusted: ${what}; download it again`,
    );
  };
  const { count, start, length } = await readEnd(file, refuse);
  if (count > mostRecords) refuse(`it has ${count} records`);
  if (length > count * longestEntry) refuse(`its directory has ${length} bytes`);
  const directory = reader(await file.read(start, length));
  const entries = new Map<string, CentralEntry>();
  for (let i = 0; i < count; i++) {
    const entry = readCentral(directory, refuse);
    checkName(entry.name, refuse);
    if (entries.has(entry.name)) refuse(`two records are named ${JSON.stringify(entry.name)}`);
    if (entry.method !== 0) {
      throw new TransformersError(
        "UNSUPPORTED",
        `${path}: record ${JSON.stringify(entry.name)} is compressed, which torch.save never does; save it again with torch.save, or as safetensors`,
      );
    }
    entries.set(entry.name, entry);
  }
  if (directory.position !== length) refuse("its directory is longer than its records");

  const records = new Map<string, ZipRecord>();
  let end = 0;
  for (const entry of [...entries.values()].sort((a, b) => a.local - b.local)) {
    if (entry.local < end) refuse(`record ${JSON.stringify(entry.name)} overlaps the one before it`);
    if (entry.local > end + mostBetween)
      refuse(`there are bytes of no record before ${JSON.stringify(entry.name)}`);
    const offset = await checkLocal(file, entry, start, refuse);
    end = offset + entry.length;
    if (end > start) refuse(`record ${JSON.stringify(entry.name)} reaches into the directory`);
    const { name, length, crc } = entry;
    records.set(name, { name, offset, length, crc });
  }
  if (start - end > mostBetween) refuse("there are bytes of no record before its directory");
  return records;
}

/** The sizes that stand after a record's data. */
const mostBetween = 24;

/** The bytes of a record. Throws `CORRUPT_FILE` where its checksum is another. */
export async function readRecord(
  file: OpenFile,
  record: ZipRecord,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(record.offset, record.length);
  if (crc32(bytes) !== record.crc) throw wrongChecksum(record, path);
  return bytes;
}

/**
 * Checks records that are not kept in memory, in one pass over the file from the first to the last of them. Throws
 * `CORRUPT_FILE` as `readRecord`.
 */
export async function verifyRecords(
  file: OpenFile,
  records: Iterable<ZipRecord>,
  path: string,
): Promise<void> {
  const left = [...records].filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  const start = left[0]?.offset ?? 0;
  const end = left.reduce((furthest, { offset, length }) => Math.max(furthest, offset + length), start);
  let [at, index, crc] = [start, 0, 0];
  for await (const piece of file.pieces(start, end - start)) {
    const limit = at + piece.length;
    for (; index < left.length; index++) {
      const { offset, length } = left[index]!;
      const stop = offset + length;
      if (offset < limit) {
        const part = piece.subarray(Math.max(offset, at) - at, Math.min(stop, limit) - at);
        crc = await crc32Beside(part, crc);
      }
      if (stop > limit) break;
      if (crc !== left[index]!.crc) throw wrongChecksum(left[index]!, path);
      crc = 0;
    }
    at = limit;
  }
}

function wrongChecksum({ name }: ZipRecord, path: string): TransformersError {
  return new TransformersError(
    "CORRUPT_FILE",
    `${path}: the checksum of record ${JSON.stringify(name)} is wrong; download it again`,
  );
}

type Refuse = (what: string) => never;

interface CentralEntry extends ZipRecord {
  /** Of the name in the file, in bytes. */
  readonly nameLength: number;
  readonly flags: number;
  readonly method: number;
  readonly local: number;
}

async function readEnd(file: OpenFile, refuse: Refuse) {
  // A comment could hold another end, which other readers might take: torch.save writes none.
  if (file.size < endLength) refuse("its end is missing");
  const at = file.size - endLength;
  const tail = reader(await file.read(at, endLength));
  if (tail.u32() !== signature.end || tail.view.getUint16(endLength - 2, true) !== 0)
    refuse("its end is missing");
  const [disk, startDisk, here, total] = [tail.u16(), tail.u16(), tail.u16(), tail.u16()];
  let end = { count: total, length: tail.u32(), start: tail.u32() };
  if (disk !== startDisk || here !== total) refuse("it is a part of an archive of several files");
  let position = at;
  const narrow = end;
  if (
    narrow.count === 0xffff ||
    narrow.length === 0xffffffff ||
    narrow.start === 0xffffffff ||
    (await hasLocator(file, position))
  ) {
    ({ end, position } = await readEnd64(file, position, refuse));
    const agrees = (wide: number, said: number, left: number) => said === left || said === wide;
    if (
      !agrees(end.count, narrow.count, 0xffff) ||
      !agrees(end.length, narrow.length, 0xffffffff) ||
      !agrees(end.start, narrow.start, 0xffffffff)
    ) {
      refuse("its two ends say different things");
    }
  }
  if (end.start + end.length !== position)
    refuse("bytes stand before its first record or after its directory");
  return end;
}

async function hasLocator(file: OpenFile, end: number): Promise<boolean> {
  if (end < locatorLength) return false;
  return reader(await file.read(end - locatorLength, 4)).u32() === signature.locator;
}

async function readEnd64(file: OpenFile, end: number, refuse: Refuse) {
  if (!(await hasLocator(file, end))) refuse("the place of its 64-bit directory is missing");
  const locator = reader(await file.read(end - locatorLength, locatorLength));
  locator.position = 8;
  const at = locator.u64(refuse);
  if (at + 56 !== end - locatorLength) refuse("its 64-bit directory is not where it is said to be");
  const fields = reader(await file.read(at, 56));
  if (fields.u32() !== signature.end64) refuse("the end of its 64-bit directory is missing");
  fields.position = 24;
  const [here, total] = [fields.u64(refuse), fields.u64(refuse)];
  if (here !== total) refuse("it is a part of an archive of several files");
  return { end: { count: total, length: fields.u64(refuse), start: fields.u64(refuse) }, position: at };
}

function readCentral(directory: Reader, refuse: Refuse): CentralEntry {
  if (directory.left < 46 || directory.u32() !== signature.central) refuse("its directory is cut off");
  directory.position += 4; // versions
  const [flags, method] = [directory.u16(), directory.u16()];
  directory.position += 4; // time and date
  const crc = directory.u32();
  let [compressed, length] = [directory.u32(), directory.u32()];
  const [nameLength, extraLength, commentLength] = [directory.u16(), directory.u16(), directory.u16()];
  directory.position += 8; // disk and attributes
  let local = directory.u32();
  if (directory.left < nameLength + extraLength + commentLength) refuse("its directory is cut off");
  const name = decode(directory.bytes(nameLength), refuse);
  const extra = reader(directory.bytes(extraLength));
  directory.position += commentLength;
  if ((flags & ~knownFlags) !== 0) refuse(`record ${JSON.stringify(name)} has flags 0x${flags.toString(16)}`);
  while (extra.left >= 4) {
    const [kind, size] = [extra.u16(), extra.u16()];
    if (size > extra.left) refuse(`record ${JSON.stringify(name)} has a broken extra field`);
    const field = reader(extra.bytes(size));
    if (kind !== 1) continue;
    const wide = (narrow: number) => (narrow === 0xffffffff && field.left >= 8 ? field.u64(refuse) : narrow);
    length = wide(length);
    compressed = wide(compressed);
    local = wide(local);
  }
  if (method === 0 && compressed !== length) refuse(`record ${JSON.stringify(name)} has two sizes`);
  return { name, nameLength, flags, method, crc, length, local, offset: 0 };
}

/** Checks that the header before a record says what the directory says; gives where the record's bytes begin. */
async function checkLocal(
  file: OpenFile,
  entry: CentralEntry,
  limit: number,
  refuse: Refuse,
): Promise<number> {
  const differs = (what: string) =>
    refuse(`record ${JSON.stringify(entry.name)} has another ${what} in its own header`);
  if (entry.local + 30 > limit) refuse(`record ${JSON.stringify(entry.name)} begins outside the archive`);
  const header = reader(await file.read(entry.local, Math.min(30 + entry.nameLength, limit - entry.local)));
  if (header.u32() !== signature.local)
    refuse(`record ${JSON.stringify(entry.name)} is not where it is said to be`);
  header.position = 6;
  if (header.u16() !== entry.flags) differs("flags");
  if (header.u16() !== entry.method) differs("method");
  header.position = 14;
  const [crc, compressed, length, nameLength, extraLength] = [
    header.u32(),
    header.u32(),
    header.u32(),
    header.u16(),
    header.u16(),
  ];
  const begin = entry.local + 30 + nameLength + extraLength;
  if (begin + entry.length > limit) refuse(`record ${JSON.stringify(entry.name)} is longer than the archive`);
  if (nameLength !== entry.nameLength || decode(header.bytes(nameLength), refuse) !== entry.name)
    differs("name");
  // With bit 3 the numbers stand after the data and may be left out here.
  const later = (entry.flags & 8) !== 0;
  if (crc !== entry.crc && !(later && crc === 0)) differs("checksum");
  for (const size of [compressed, length]) {
    const isLong = size === 0xffffffff;
    if (size !== entry.length && !isLong && !(later && size === 0)) differs("size");
  }
  return begin;
}

function checkName(name: string, refuse: Refuse): void {
  const unsafe =
    name === "" ||
    /[\\\0]|^\/|^[A-Za-z]:/.test(name) ||
    name.split("/").some((part) => part === ".." || part === ".");
  if (unsafe) refuse(`a record is named ${JSON.stringify(name)}`);
}

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse("a record's name is not UTF-8");
  }
}

/** Little-endian numbers one after the other. */
class Reader {
  readonly view: DataView;
  position = 0;

  constructor(readonly data: Uint8Array) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get left(): number {
    return this.data.length - this.position;
  }

  u16(): number {
    this.position += 2;
    return this.view.getUint16(this.position - 2, true);
  }

  u32(): number {
    this.position += 4;
    return this.view.getUint32(this.position - 4, true);
  }

  u64(refuse: Refuse): number {
    this.position += 8;
    const value = Number(this.view.getBigUint64(this.position - 8, true));
    return Number.isSafeInteger(value) ? value : refuse(`a size of ${value} bytes`);
  }

  bytes(length: number): Uint8Array {
    this.position += length;
    return this.data.subarray(this.position - length, this.position);
  }
}

function reader(bytes: Uint8Array): Reader {
  return new Reader(bytes);
}
