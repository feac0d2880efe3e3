import type { Checkpoint } from "../model/steps";
import type { SupportMap } from "../support/types";
import type { WindowCache } from "../window/windowCache";
import type { WorkImage } from "../window/workImage";
import { type Candidate, newIdAt } from "./candidates/candidate";
import { findInScene } from "./findInScene";
import { createNetwork } from "./network";
import { scenePosteriors } from "./posteriors";
import { pixelsOf } from "./regions";
import { parseRule } from "./rule";
import { type LabelledScene, VOID } from "./scene";
import { heatOf, searched } from "./searched";
import { tilingOf } from "./tiles";
import { toImage } from "./toImage";
import type { FindRequest, FindResult, FindSteps } from "./types";

/** Regions with less confidence would bury the others. */
const LEAST_SHOWN = 0.1;

/**
 * What looks wrong in a whole image. `onStep` is called after each look at a window. `checkpoint` is awaited between two
 * steps on the engine: other work of the engine may run in it, and it throws to cancel; whatever happens, nothing but the
 * windows kept in `cache` stays on the engine. Throws an Error when the request does not fit the image, or the model came
 * without rules.
 * @param map What support says of the image; null while nothing is known.
 */
export async function findErrors(
  cache: WindowCache,
  image: WorkImage,
  request: FindRequest,
  map: SupportMap | null,
  checkpoint: Checkpoint,
  onStep: (steps: FindSteps) => void,
): Promise<FindResult> {
  const started = performance.now();
  const { finding, reliability, weights } = cache.model;
  const rule = parseRule(finding);
  const { image: scaled, scene, excluded } = searched(image, request);
  const posteriors = scenePosteriors(map, scene, new Set(request.ignoredIds));
  const found = await findInScene(
    {
      scene,
      tiling: tilingOf(scene.width, scene.height),
      network: createNetwork(cache, scaled, scene, posteriors, checkpoint),
      posteriors,
      rule,
      idle: excluded.map((bit, i) => (scene.label[i] === VOID ? 1 : bit)),
      allowed: allowedIn(scene, excluded, request.lockedIds),
    },
    checkpoint,
    onStep,
  );
  const knowsClasses = posteriors.classes.length > 1;
  return {
    imageKey: request.imageKey,
    documentVersion: request.documentVersion,
    width: request.width,
    height: request.height,
    heat: heatOf(scene, found.suspicion, request),
    regions: found.proposals
      .filter(({ confidence }) => confidence >= LEAST_SHOWN)
      .flatMap((proposal) => toImage(proposal, scene, request, knowsClasses) ?? []),
    accept: rule.accept,
    model: weights.config.name,
    ...(reliability.found === undefined ? {} : { reliability: reliability.found }),
    elapsedMs: performance.now() - started,
  };
}

/** Lets no candidate through that changes a locked class or proposes one, or that is excluded for the most part. */
function allowedIn(
  { width, label }: LabelledScene,
  excluded: Uint8Array,
  lockedIds: readonly number[],
): (candidate: Candidate) => boolean {
  const locked = new Set(lockedIds);
  return (candidate) => {
    const pixels = pixelsOf(candidate.where, width);
    let out = 0;
    for (const pixel of pixels) {
      if (locked.has(label[pixel]) || locked.has(newIdAt(candidate, pixel, width))) return false;
      out += excluded[pixel];
    }
    return 2 * out <= pixels.length;
  };
}
