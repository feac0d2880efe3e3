import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../core/random";
import { slotsTakingPart } from "../model/labels";
import type { Checkpoint } from "../model/steps";
import type { SlotSupport } from "../model/support";
import type { SupportMap } from "../support/types";
import type { WindowLabel } from "../window/resample";
import type { OpenWindow, WindowCache } from "../window/windowCache";
import { windowInput } from "../window/windowInput";
import { bestInHole, cutSupport, slotSupport, type WindowSupport } from "../window/windowSupport";
import type { WorkImage } from "../window/workImage";
import { type Blender, createBlender, type WindowAnswer } from "./blender";
import { temperatureFor } from "./calibration";
import { type HoleEvidence, requestCandidates, windowCandidates } from "./candidates";
import { drawContext } from "./contextDraws";
import { assembleResult, maskedPixels } from "./result";
import { assignSlots, slotsOfWindow } from "./slots";
import { passesOfMaskAlone, type ReconstructionRequest, type ReconstructionResult } from "./types";

/** What support says of a window, and of its hole. */
interface WindowEvidence {
  readonly support: WindowSupport;
  readonly inHole: HoleEvidence;
}

/** What a window needs in every pass. */
interface PreparedWindow {
  readonly model: OpenWindow;
  readonly label: WindowLabel;
  /** Window slot -> request slot. */
  readonly slots: readonly number[];
  readonly support: SlotSupport | null;
}

/**
 * Rebuilds the masked pixels of a request: yields a result after every pass, each better than the one before, the
 * last one with passesDone = passes. Every second pass sees the windows mirrored; when the mask alone reaches the
 * ratio, only these two differ and no more are run. The windows' images are encoded once for all passes, and stay in
 * `cache` for requests that look at the same windows; all else is freed when done, cancelled or failed.
 *
 * @param support What other labelled images say of this one, null when nothing does: evidence for the visible classes,
 *   and a slot for classes that are not visible. Models that cannot listen to it answer as without.
 */
export async function* reconstruct(
  cache: WindowCache,
  image: WorkImage,
  request: ReconstructionRequest,
  support: SupportMap | null,
  checkpoint: Checkpoint,
): AsyncGenerator<ReconstructionResult, void, void> {
  const started = performance.now();
  refuseOddSizes(image, request);
  const { windows, windowLabels, masked } = request;
  const { weights, temperatures, reliability } = cache.model;
  const pixels = maskedPixels(masked, image.width);
  await checkpoint();
  const { maxSlots } = weights.config;
  const scales = windows.map((window) => window.side / window.size);
  const visible = assignSlots(windowLabels, scales, maxSlots);
  const evidence = windows.map((window, i): WindowEvidence | null => {
    if (!support || !weights.config.support) return null;
    const cut = cutSupport(support, image, window);
    return { support: cut, inHole: bestInHole(cut, windowLabels[i]) };
  });
  const inHoles = evidence.flatMap((one) => (one ? [one.inHole] : []));
  const refused = new Set([...visible, ...request.ignoredIds, ...request.lockedIds]);
  const slotIds = [...visible, ...requestCandidates(inHoles, maxSlots - visible.length, refused)];
  const result = (passesDone: number, passes: number, choice: Parameters<typeof assembleResult>[4]) => ({
    ...assembleResult(masked, image.width, pixels, slotIds, choice),
    imageKey: request.imageKey,
    documentVersion: request.documentVersion,
    passesDone,
    passes,
    ratio: request.ratio,
    model: weights.config.name,
    ...(reliability.live === undefined ? {} : { reliability: reliability.live }),
    elapsedMs: performance.now() - started,
  });
  if (pixels.indices.length === 0 || slotIds.length === 0) {
    yield result(1, 1, null);
    return;
  }

  const allowed = slotIds.map((id) => (request.lockedIds.includes(id) ? 0 : 1));
  const open: OpenWindow[] = [];
  let blender: Blender | null = null;
  try {
    for (const window of windows) open.push(cache.open(image, window));
    const guides = open.map((model) => model.image);
    blender = createBlender(image, pixels.indices, windows, guides, allowed);
    const prepared = open.map((model, i) => prepareWindow(model, windowLabels[i], slotIds, allowed, evidence[i]));
    let passes = request.passes;
    for (let pass = 0; pass < passes; pass++) {
      const random = await runPass(blender, prepared, slotIds, request, pass, checkpoint);
      if (!random) passes = Math.min(passes, passesOfMaskAlone);
      const choice = await blender.choose(temperatureFor(temperatures, pass + 1));
      await checkpoint();
      yield result(pass + 1, passes, choice);
    }
  } finally {
    blender?.dispose();
    for (const window of open) window.close();
  }
}

/** Slots of a window: the classes it shows, and of the request's other ones those that support sees in its hole. */
function prepareWindow(
  model: OpenWindow,
  label: WindowLabel,
  slotIds: readonly number[],
  allowed: readonly number[],
  evidence: WindowEvidence | null,
): PreparedWindow {
  const shown = slotsOfWindow(label, slotIds);
  if (!evidence) return { model, label, slots: shown, support: null };
  const others = slotIds.filter((_, slot) => allowed[slot] === 1 && !shown.includes(slot));
  const candidates = windowCandidates(evidence.inHole, others);
  const slots = [...shown, ...candidates.map((id) => slotIds.indexOf(id))];
  const ids = slots.map((slot) => slotIds[slot]);
  return { model, label, slots, support: slotSupport(evidence.support, ids, model.slotCount(ids.length), candidates) };
}

function refuseOddSizes(
  image: WorkImage,
  { width, height, windows, windowLabels, masked: { rect, labels, bits } }: ReconstructionRequest,
): void {
  if (image.width !== width || image.height !== height) {
    throw new Error(`The label is ${width}x${height} px but the image ${image.width}x${image.height}.`);
  }
  const pixels = rect.width * rect.height;
  if (labels.length !== pixels || bits.length !== pixels) {
    throw new Error(`The request's rasters do not have ${rect.width}x${rect.height} px.`);
  }
  const isOdd = ({ size, kinds, ids }: WindowLabel, i: number) =>
    size !== windows[i]?.size || kinds.length !== size ** 2 || ids.length !== size ** 2;
  if (windowLabels.length !== windows.length || windowLabels.some(isOdd)) {
    throw new Error("The request's labels are not those of its windows.");
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
    for (const [window, { model, label, slots, support }] of windows.entries()) {
      // A window without any class, shown or a candidate, has nothing to say.
      if (slots.length === 0) continue;
      const draw = drawContext(label.kinds, label.size, ratio, createRandom(drawSeed(seed, pass, window)));
      random ||= draw.random;
      if (blender.parts[window].length === 0) continue;
      const ids = slots.map((slot) => slotIds[slot]);
      const input = windowInput(label, draw.known, ids, model.slotCount(ids.length), support);
      const parts = await model.runParts(input, blender.parts[window], checkpoint, pass % 2 === 1);
      answers.push({ window, parts, size: label.size, slots, shown: slotsTakingPart(input) });
    }
    blender.addPass(answers);
  } finally {
    tf.dispose(answers.flatMap(({ parts }) => parts.map(({ logits }) => logits)));
  }
  return random;
}

/** Distinct streams for the passes and windows of one request. */
function drawSeed(seed: number, pass: number, window: number): number {
  return (Math.imul(seed, 0x9e3779b1) + pass * 7919 + window * 104729) | 0;
}
