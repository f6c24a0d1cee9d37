// What the page shows of its state: loading, ready, or a problem.

const status = document.querySelector<HTMLElement>("#status")!;
const progress = document.querySelector<HTMLProgressElement>("#progress")!;
const problem = document.querySelector<HTMLElement>("#problem")!;
const problemText = document.querySelector<HTMLElement>("#problem-text")!;
const useWasm = document.querySelector<HTMLButtonElement>("#use-wasm")!;
const answers = document.querySelector<HTMLElement>("#answers")!;

/** What is being done, or how far each file is. */
export function showLoading(what: string | ReadonlyMap<string, { loaded: number; total: number }>): void {
  problem.hidden = true;
  progress.hidden = false;
  answers.ariaBusy = "true";
  const files = typeof what === "string" ? [] : [...what.values()];
  const loaded = files.reduce((sum, file) => sum + file.loaded, 0);
  const total = files.reduce((sum, file) => sum + file.total, 0);
  if (total === 0) {
    progress.removeAttribute("value"); // nobody knows how long it takes
    status.textContent = typeof what === "string" ? what : "Loading the model …";
    return;
  }
  progress.max = total;
  progress.value = loaded;
  status.textContent = `Loading the model: ${megabytes(loaded)} of ${megabytes(total)} MB`;
}

export function showReady(milliseconds: number): void {
  progress.hidden = true;
  answers.ariaBusy = "false";
  status.textContent = `Ready, after ${(milliseconds / 1000).toFixed(1)} s`;
}

export function showProblem(error: unknown, { offersWasm }: { offersWasm: boolean }): void {
  progress.hidden = true;
  status.textContent = "";
  problemText.textContent = error instanceof Error ? error.message : String(error);
  useWasm.hidden = !offersWasm;
  problem.hidden = false;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
