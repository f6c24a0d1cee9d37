import { existsSync } from "node:fs";
import koffi from "koffi";
import { TransformersError } from "../../src/errors.js";
import { getRuntime } from "../../src/runtime/index.js";

/** Where Debian's Chromium keeps its software Vulkan driver, SwiftShader. */
const chromium = "/usr/lib/chromium";

/**
 * Makes WebGPU work in Node where there is no graphics processor, through the software driver that Chromium ships.
 * To be called before the first use of a device. A driver that VK_ICD_FILENAMES names goes before it.
 */
export async function useSoftwareAdapter(): Promise<void> {
  await getRuntime(); // it sets koffi up, which nobody can once a library is loaded
  const driver = `${chromium}/vk_swiftshader_icd.json`;
  if (process.platform !== "linux" || process.env.VK_ICD_FILENAMES || !existsSync(driver)) return;
  process.env.VK_ICD_FILENAMES = driver;
  // ONNX Runtime asks for libvulkan.so.1 by name and is given the one that is loaded.
  const loader = `${chromium}/libvulkan.so.1`;
  if (existsSync(loader)) koffi.load(loader);
}

/** Why tests on webgpu cannot run here; null where they can. */
export async function webgpuMissing(): Promise<string | null> {
  await useSoftwareAdapter();
  const runtime = await getRuntime();
  try {
    const probe = await runtime.upload(
      { dtype: "float32", dims: [1], data: new Float32Array(new ArrayBuffer(8), 0, 1) },
      "webgpu",
    );
    probe.release();
    return null;
  } catch (reason) {
    if (!(reason instanceof TransformersError) || reason.code !== "DEVICE_UNAVAILABLE") throw reason;
    return reason.message;
  }
}
