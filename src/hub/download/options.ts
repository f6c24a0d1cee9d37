/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes that are there, and that there will be. */
  readonly loaded: number;
  readonly total: number;
}

/** How the Hub is reached by everything that names no other way. */
export interface HubSettings {
  /** Its address. Default: HF_ENDPOINT, https://huggingface.co. */
  readonly endpoint?: string;
  /** Sent with every request. Default in Node: HF_TOKEN, then the saved one; in browsers none. */
  readonly token?: string;
  /** In Node the folder of the cache, by default HF_HUB_CACHE; in browsers its name in Cache Storage. */
  readonly cache?: string;
}

/** Options of everything that may come from the Hub. */
export interface HubOptions {
  /** A branch, a tag or a commit. Default "main". */
  readonly revision?: string;
  /** A folder inside the repository. */
  readonly subfolder?: string;
  /** Default: HF_HUB_CACHE, HF_HOME/hub, ~/.cache/huggingface/hub. */
  readonly cache_dir?: string;
  /** A token; true for the saved one, false for none. Default: HF_TOKEN, then the saved one. */
  readonly token?: string | boolean;
  /** Only what is in the cache. Default: HF_HUB_OFFLINE. */
  readonly local_files_only?: boolean;
  /** Downloads what is in the cache already. */
  readonly force_download?: boolean;
  /** Called as a file comes. Default in Node: a line on the terminal, where standard error is one. */
  readonly progress_callback?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}
