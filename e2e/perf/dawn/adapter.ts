import { createRequire } from "node:module";

/** dawn.node: Chromium's WebGPU as an addon of Node (https://dawn.googlesource.com/dawn/+/HEAD/src/dawn/node). */
interface Dawn {
  create(flags: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** No adapter there: nothing can be measured, and nothing is wrong. */
export class NoAdapterError extends Error {}

/** Names no adapter: asked for one of this name, Dawn lists what there is. */
const NOBODY = "__none__";

/**
 * Gives Node what a browser has: `navigator.gpu` and the constants and classes of WebGPU. To be called before tfjs' WebGPU engine
 * is loaded. Returns the adapter it will run on; throws a NoAdapterError that lists all adapters where none fits.
 * @param path Of dawn.node.
 */
export async function installWebgpu(path: string): Promise<GPUAdapter> {
  const { create, globals } = createRequire(import.meta.url)(path) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create(["backend=vulkan"]);
  const navigator = { gpu, userAgent: `Node.js/${process.versions.node}`, hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter) return adapter;
  const driver = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES ?? "not set";
  throw new NoAdapterError(`No Vulkan adapter. ${await adaptersOf(create)}\nVK_DRIVER_FILES: ${driver}`);
}

/** What Dawn says there is, of all its backends. */
async function adaptersOf(create: Dawn["create"]): Promise<string> {
  try {
    await create([`adapter=${NOBODY}`]).requestAdapter();
    return "Dawn sees no adapter of any backend: is a Vulkan driver installed, and libvulkan.so.1?";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What matters of an adapter, a line each. */
export function adapterInWords({ info, features, limits }: GPUAdapter): string {
  const has = (name: string) => `${name} ${features.has(name) ? "yes" : "no"}`;
  return [
    `Adapter: ${info.description || "-"} (vendor ${info.vendor || "-"}, architecture ${info.architecture || "-"}${info.isFallbackAdapter ? ", a software adapter" : ""})`,
    `Features: ${["shader-f16", "timestamp-query", "subgroups"].map(has).join(", ")}; workgroup memory ${limits.maxComputeWorkgroupStorageSize} bytes, invocations ${limits.maxComputeInvocationsPerWorkgroup}`,
  ].join("\n");
}
