import { createRandom } from "../core/random";
import type { Checkpoint } from "../model/steps";
import type { SupportMap } from "../support/types";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import { type Candidate, newIdAt } from "./candidates/candidate";
import { cutIds, findScene } from "./cut";
import { findInWindow } from "./findWindow";
import { createHeat } from "./heat";
import { windowPosteriors } from "./posteriors";
import { withoutRepeats } from "./proposals";
import { drawMasks } from "./readings/draws";
import { pixelsOf } from "./regions";
import { parseRule } from "./rule";
import { excludedInWindow, toImage } from "./toImage";
import type { FindRequest, FindResult, FindSteps, FoundRegion } from "./types";
import { type LabelledWindow, labelledWindow, VOID } from "./window";
import { planFindWindows } from "./windows";

/** Regions with less confidence would bury the others, as would more of them than a reviewer goes through. */
const LEAST_SHOWN = 0.1;
const MOST_SHOWN = 20;

/**
 * What looks wrong in a whole image: each window is searched by itself, then the results are put together. Yields after
 * every window; frees everything when done, cancelled or failed. `checkpoint` is awaited between two steps on the engine:
 * other work of the engine may run in it, and it throws to cancel. All passes over a window take it from `cache`, so that its
 * image is encoded once, and once more in the mirror. Throws an Error when the request does not fit the image, or the model
 * came without rules.
 * @param map What support says of the image; null while nothing is known.
 */
export async function* findErrors(
  cache: WindowCache,
  image: WorkImage,
  request: FindRequest,
  map: SupportMap | null,
  checkpoint: Checkpoint,
): AsyncGenerator<FindSteps, FindResult, void> {
  const started = performance.now();
  const { finding: rules, reliability } = cache.model;
  const rule = parseRule(rules);
  const { width, height } = request;
  if (image.width !== width || image.height !== height || request.excluded.length !== width * height) {
    throw new Error(`The request is for ${width}x${height} px but the image has ${image.width}x${image.height}.`);
  }
  const scene = findScene(image, request.labels, request.ignoredIds);
  const places = planFindWindows(width, height);
  const heat = createHeat(width, height);
  const found: FoundRegion[] = [];
  for (const [index, place] of places.entries()) {
    const excluded = excludedInWindow(place, request);
    const label = cutIds(scene, place);
    if (label.some((id, i) => id !== VOID && excluded[i] === 0)) {
      const model = cache.open(image, place);
      try {
        const window = labelledWindow(place.size, model.image, label);
        const posteriors = windowPosteriors(map, image, place, label);
        const draws = drawMasks(window, createRandom(drawSeed(request.seed, index)));
        const allowed = allowedIn(window, excluded, request.lockedIds);
        const finding = await findInWindow(model, rule, window, posteriors, draws, checkpoint, allowed);
        heat.add(place, finding.suspicion);
        for (const proposal of finding.proposals) {
          if (proposal.confidence < LEAST_SHOWN) continue;
          const region = toImage(proposal, place, window, request, posteriors.classes.length > 1);
          if (region) found.push(region);
        }
      } finally {
        model.close();
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
    model: cache.model.weights.config.name,
    ...(reliability.found === undefined ? {} : { reliability: reliability.found }),
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

/** A seed for each window of a request. */
function drawSeed(seed: number, window: number): number {
  return (Math.imul(seed, 0x9e3779b1) + window * 104729) | 0;
}
