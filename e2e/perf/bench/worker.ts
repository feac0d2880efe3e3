/** Runs one strategy, as `bench.ts` asks: an engine has no say in how another one's threads and memory lie. */
import { onnxPass } from "./onnx";
import { onePass, preview, previewByOnnx, scan } from "./ours";
import type { Command, Reply, Strategy, StrategyName } from "./strategy";

const make: Record<StrategyName, () => Strategy> = {
  "wasm, 1 thread": () => onePass("wasm", "lmae-small", 1),
  "onnxruntime-web, 1 thread": () => onnxPass(1),
  "wasm, 2 threads": () => onePass("wasm", "lmae-small", 2),
  "onnxruntime-web, 2 threads": () => onnxPass(2),
  "request to preview, 1 thread": () => preview(1),
  "request to preview, 2 threads": () => preview(2),
  "request by onnxruntime-web, 1 thread": () => previewByOnnx(1),
  "request by onnxruntime-web, 2 threads": () => previewByOnnx(2),
  "one scan window": () => scan(2),
  "tiny model, wasm": () => onePass("wasm", "lmae-tiny", 1, 64, 3),
  "tiny model, webgpu": () => onePass("webgpu", "lmae-tiny", 1, 64, 3),
  webgpu: () => onePass("webgpu", "lmae-small", 1),
  "webgpu, plain kernels": () => onePass("webgpu, plain kernels", "lmae-small", 1),
};

let strategy: Strategy;

async function answer(command: Command): Promise<Reply> {
  if (command.type === "prepare") {
    strategy = make[command.name]();
    await strategy.prepare();
    return { type: "prepared" };
  }
  if (command.type === "report") {
    const [logits, kernels] = [strategy.logits?.(), await strategy.kernels?.()];
    return { type: "report", ...(logits ? { logits } : {}), ...(kernels ? { kernels } : {}) };
  }
  const started = performance.now();
  await strategy.run();
  return { type: "ran", ms: performance.now() - started };
}

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  const failed = (error: unknown): Reply => ({ type: "failed", message: String(error) });
  self.postMessage(await answer(data).catch(failed));
};
