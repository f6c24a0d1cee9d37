import { type Classification, type DownloadProgress, pipeline, TransformersError } from "transformers-ts";
import { showAnswers } from "./answers.js";
import { showLoading, showProblem, showReady } from "./state.js";

type Device = "wasm" | "webgpu";
type Classify = (sentences: readonly string[]) => Promise<Classification[][]>;

const form = document.querySelector<HTMLFormElement>("#form")!;
const field = document.querySelector<HTMLTextAreaElement>("#sentences")!;
const useWasm = document.querySelector<HTMLButtonElement>("#use-wasm")!;

let classify: Classify | null = null;
/** Counts the loads, so that one that another has overtaken is dropped. */
let latest = 0;

/** Loads the model for a device, and shows how far it is; then answers what stands in the field. */
async function load(device: Device): Promise<void> {
  const mine = ++latest;
  const begin = performance.now();
  classify = null;
  (form.elements.namedItem("device") as RadioNodeList).value = device;
  showLoading(new Map());
  try {
    const files = new Map<string, { loaded: number; total: number }>();
    const pipe = await pipeline("text-classification", `${import.meta.env.BASE_URL}language-identification`, {
      device,
      progress_callback({ file, loaded, total }: DownloadProgress) {
        files.set(file, { loaded, total });
        if (mine === latest) showLoading(files);
      },
    });
    if (mine !== latest) return;
    showLoading("Starting ONNX Runtime …");
    await pipe("The first call loads ONNX Runtime and compiles the network.");
    if (mine !== latest) return;
    classify = (sentences) => pipe(sentences, { top_k: 3, truncation: true });
    showReady(performance.now() - begin);
    await answer();
  } catch (error) {
    if (mine !== latest) return;
    latest++; // what is still on its way has no more to say
    const lacksDevice = error instanceof TransformersError && error.code === "DEVICE_UNAVAILABLE";
    showProblem(error, { offersWasm: device === "webgpu" && lacksDevice });
  }
}

let isAnswering = false;
let hasChanged = false;

/** Answers what stands in the field; what is typed meanwhile is answered next. */
async function answer(): Promise<void> {
  hasChanged = true;
  if (isAnswering) return;
  isAnswering = true;
  try {
    while (hasChanged && classify !== null) {
      hasChanged = false;
      const sentences = field.value
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
      const begin = performance.now();
      const answers = sentences.length === 0 ? [] : await classify(sentences);
      showAnswers(sentences, answers, performance.now() - begin);
    }
  } catch (error) {
    showProblem(error, { offersWasm: false });
  } finally {
    isAnswering = false;
  }
}

field.addEventListener("input", () => void answer());
form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "device") void load(target.value as Device);
});
useWasm.addEventListener("click", () => void load("wasm"));

void load(new URLSearchParams(location.search).get("device") === "webgpu" ? "webgpu" : "wasm");
