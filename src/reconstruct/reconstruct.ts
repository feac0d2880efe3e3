import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../core/random";
import { shownSlots } from "../model/labels";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { cutWindow, type WindowRasters } from "../window/resample";
import { windowInput } from "../window/windowInput";
import { createWindowModel, type OwnedWindowModel } from "../window/windowModel";
import type { WorkImage } from "../window/workImage";
import { planWindows } from "../window/workWindows";
import { type Blender, createBlender, type WindowAnswer } from "./blender";
import { temperatureFor } from "./calibration";
import { drawContext } from "./contextDraws";
import { assembleResult, maskedPixels } from "./result";
import { createScene, pixelsToRebuild } from "./scene";
import { assignSlots, slotsOfWindow } from "./slots";
import { passesOfMaskAlone, type ReconstructionRequest, type ReconstructionResult } from "./types";

/** What a window needs in every pass. */
interface PreparedWindow {
  readonly model: OwnedWindowModel;
  readonly rasters: WindowRasters;
  /** Window slot -> request slot. */
  readonly slots: readonly number[];
}

/**
 * Rebuilds the masked pixels of a request: yields a result after every pass, each better than the one before, the
 * last one with passesDone = passes. Every second pass sees the windows mirrored; when the mask alone reaches the
 * ratio, only these two differ and no more are run. Frees everything when done, cancelled or failed.
 */
export async function* reconstruct(
  model: LoadedModel,
  image: WorkImage,
  request: ReconstructionRequest,
  checkpoint: Checkpoint,
): AsyncGenerator<ReconstructionResult, void, void> {
  const started = performance.now();
  const rebuild = pixelsToRebuild(image, request);
  const pixels = maskedPixels(rebuild, request.width);
  const windows = planWindows(rebuild, request.width, request.height);
  const scene = createScene(image, request, rebuild, windows);
  const rasters = windows.map((window) => cutWindow(scene, window));
  await checkpoint();
  const slotIds = assignSlots(
    rasters,
    windows.map((window) => window.side / window.size),
    model.weights.config.maxSlots,
  );
  const result = (passesDone: number, passes: number, choice: Parameters<typeof assembleResult>[3]) => ({
    ...assembleResult(scene, pixels, slotIds, choice),
    imageKey: request.imageKey,
    documentVersion: request.documentVersion,
    passesDone,
    passes,
    ratio: request.ratio,
    model: model.weights.config.name,
    elapsedMs: performance.now() - started,
  });
  if (pixels.indices.length === 0 || slotIds.length === 0) {
    yield result(1, 1, null);
    return;
  }

  const allowed = slotIds.map((id) => (request.lockedIds.includes(id) ? 0 : 1));
  const blender = createBlender(scene, pixels.indices, windows, rasters, allowed);
  const prepared = rasters.map(
    (raster): PreparedWindow => ({
      model: createWindowModel(model, raster.image, raster.size),
      rasters: raster,
      slots: slotsOfWindow(raster, slotIds),
    }),
  );
  try {
    let passes = request.passes;
    for (let pass = 0; pass < passes; pass++) {
      const random = await runPass(blender, prepared, slotIds, request, pass, checkpoint);
      if (!random) passes = Math.min(passes, passesOfMaskAlone);
      const choice = await blender.choose(temperatureFor(model.temperatures, pass + 1));
      await checkpoint();
      yield result(pass + 1, passes, choice);
    }
  } finally {
    blender.dispose();
    for (const window of prepared) window.model.dispose();
  }
}

/** Runs the model once over every window and adds the answers. Returns whether any context was drawn at random. */
async function runPass(
  blender: Blender,
  windows: readonly PreparedWindow[],
  slotIds: readonly number[],
  { ratio, seed }: ReconstructionRequest,
  pass: number,
  checkpoint: Checkpoint,
): Promise<boolean> {
  const answers: WindowAnswer[] = [];
  let random = false;
  try {
    for (const [window, { model, rasters, slots }] of windows.entries()) {
      // A window that shows no class at all has nothing to say.
      if (slots.length === 0) continue;
      const draw = drawContext(rasters.kinds, rasters.size, ratio, createRandom(drawSeed(seed, pass, window)));
      random ||= draw.random;
      const ids = slots.map((slot) => slotIds[slot]);
      const input = windowInput(rasters, draw.known, ids, model.slotCount(ids.length));
      const logits = await model.run(input, checkpoint, pass % 2 === 1);
      const probabilities = tf.softmax(logits);
      answers.push({ window, probabilities, slots, shown: shownSlots(input) });
      logits.dispose();
    }
    blender.addPass(answers);
  } finally {
    tf.dispose(answers.map((answer) => answer.probabilities));
  }
  return random;
}

/** Distinct streams for the passes and windows of one request. */
function drawSeed(seed: number, pass: number, window: number): number {
  return (Math.imul(seed, 0x9e3779b1) + pass * 7919 + window * 104729) | 0;
}
