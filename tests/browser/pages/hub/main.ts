// A page whose model comes from the Hub by its name; the test says where the Hub is.
import { configureHub, type HubOptions, pipeline, TransformersError } from "transformers-ts";

/** Classifies a text and tells the progress of the download; gives the code of an error that stopped it. */
async function classify(endpoint: string, repo: string, text: string, options: HubOptions = {}) {
  configureHub({ endpoint });
  const progress = new Map<string, number>();
  const progress_callback: HubOptions["progress_callback"] = ({ file, loaded, total }) =>
    void progress.set(file, loaded / total);
  try {
    const pipe = await pipeline("text-classification", repo, { ...options, progress_callback });
    const answer = await pipe(text);
    return { answer, progress: [...progress], code: null };
  } catch (error) {
    return {
      answer: null,
      progress: [...progress],
      code: error instanceof TransformersError ? error.code : String(error),
    };
  }
}

export type Classify = typeof classify;
Object.assign(globalThis, { classify });
