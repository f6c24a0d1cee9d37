export { hf_hub_download } from "./download/download.js";
export { list_repo_files } from "./download/listing.js";
export type { DownloadProgress, HubOptions } from "./download/options.js";
export { type SnapshotOptions, snapshot_download } from "./download/snapshot.js";
