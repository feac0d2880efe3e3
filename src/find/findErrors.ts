import { createRandom } from "../core/random";
import type { LoadedModel } from "../model/loadedModel";
import type { Checkpoint } from "../model/steps";
import { createWindowModel } from "../window/windowModel";
import type { WorkImage } from "../window/workImage";
import type { WorkWindow } from "../window/workWindows";
import { type Candidate, newIdAt } from "./candidates/candidate";
import { cutLabelled, findScene } from "./cut";
import { findInWindow } from "./findWindow";
import { createHeat } from "./heat";
import type { Opinion } from "./probe/posteriors";
import type { Lesson } from "./probe/probe";
import { placeOf } from "./probe/setting";
import { withoutRepeats } from "./proposals";
import { drawMasks } from "./readings/draws";
import { featuresOf } from "./readings/predict";
import { pixelsOf } from "./regions";
import type { Rule } from "./rule";
import { excludedInWindow, toImage } from "./toImage";
import type { FindRequest, FindResult, FindSteps, FoundRegion } from "./types";
import { type LabelledWindow, labelledWindow, VOID } from "./window";
import { planFindWindows } from "./windows";

/** Regions less sure than this would bury the others, as would more than a reviewer goes through. */
export const LEAST_SHOWN = 0.1;
export const MOST_SHOWN = 20;

/** What a probe says of the windows of an image, of which all are given. */
export type Opine = (windows: readonly Lesson[]) => (window: Lesson) => Opinion;

/**
 * What looks wrong in a whole image: every window found by itself, then put together. Yields after every window; frees
 * everything when done, cancelled or failed.
 */
export async function* findErrors(
  model: LoadedModel,
  rule: Rule,
  opine: Opine,
  image: WorkImage,
  request: FindRequest,
  checkpoint: Checkpoint,
): AsyncGenerator<FindSteps, FindResult, void> {
  const started = performance.now();
  const { width, height } = request;
  if (image.width !== width || image.height !== height || request.excluded.length !== width * height) {
    throw new Error(`The request is for ${width}x${height} px but the image has ${image.width}x${image.height}.`);
  }
  const scene = findScene(image, request.labels, request.ignoredIds);
  const places = planFindWindows(width, height);
  const heat = createHeat(width, height);
  const found: FoundRegion[] = [];
  const lessons = new Map<WorkWindow, Lesson & { readonly image: Float32Array }>();
  for (const place of places) {
    const { image: pixels, label } = cutLabelled(scene, place);
    if (label.every((id) => id === VOID)) continue;
    const shares = placeOf(place, width, height);
    const passes = createWindowModel(model, pixels, place.size);
    const features = await featuresOf(passes, shares, checkpoint).finally(passes.dispose);
    lessons.set(place, { features, label, size: place.size, place: shares, image: pixels });
  }
  const judge = opine([...lessons.values()]);
  for (const [index, place] of places.entries()) {
    const excluded = excludedInWindow(place, request);
    const lesson = lessons.get(place);
    if (lesson?.label.some((id, i) => id !== VOID && excluded[i] === 0)) {
      const window = labelledWindow(place.size, lesson.image, lesson.label);
      const opinion = judge(lesson);
      const draws = drawMasks(window, createRandom(drawSeed(request.seed, index)));
      const allowed = allowedIn(window, excluded, request.lockedIds);
      const passes = createWindowModel(model, window.image, window.size);
      const search = findInWindow(passes, rule, window, opinion, draws, checkpoint, allowed);
      const finding = await search.finally(passes.dispose);
      heat.add(place, finding.suspicion);
      for (const proposal of finding.proposals) {
        if (proposal.confidence < LEAST_SHOWN) continue;
        const region = toImage(proposal, place, window, request, opinion.classes.length > 1);
        if (region) found.push(region);
      }
    }
    yield { done: index + 1, total: places.length };
  }
  found.sort((a, b) => b.confidence - a.confidence);
  return {
    imageKey: request.imageKey,
    documentVersion: request.documentVersion,
    width,
    height,
    heat: heat.read(request.excluded),
    regions: withoutRepeats(found, ({ region }) => region).slice(0, MOST_SHOWN),
    accept: rule.accept,
    model: model.weights.config.name,
    elapsedMs: performance.now() - started,
  };
}

/** Lets no candidate through that changes a locked class or proposes one, or that is excluded for the most part. */
function allowedIn(
  { size, label }: LabelledWindow,
  excluded: Uint8Array,
  lockedIds: readonly number[],
): (candidate: Candidate) => boolean {
  const locked = new Set(lockedIds);
  return ({ where, to }) => {
    const pixels = pixelsOf(where, size);
    let out = 0;
    for (const pixel of pixels) {
      if (locked.has(label[pixel]) || locked.has(newIdAt(to, pixel))) return false;
      out += excluded[pixel];
    }
    return 2 * out <= pixels.length;
  };
}

/** Distinct streams for the windows of one request. */
function drawSeed(seed: number, window: number): number {
  return (Math.imul(seed, 0x9e3779b1) + window * 104729) | 0;
}
