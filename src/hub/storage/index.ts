// Where the files of checkpoints lie. package.json's "browser" field puts web.ts in this file's place.

export { uploadAccess, withTemporaryFolder } from "../download/access.js";
export { configureHub } from "../download/environment.js";
export { openSource } from "../download/open-source.js";
export {
  crc32,
  crc32Beside,
  hasFile,
  ioError,
  join,
  packagedFolder,
  publish,
  readSync,
  readText,
  removeFiles,
  requireFolder,
  storedFile,
} from "./disk.js";
export type { OpenFile, StoredFile } from "./types.js";
