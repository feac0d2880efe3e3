import { componentRegion, labelComponents } from "../../core/components";
import type { Region } from "../../core/region";
import type { Checkpoint } from "../../model/steps";
import type { Evidence } from "../evidence";
import { type ClassPosteriors, LEAST_PROBABILITY } from "../posteriors";
import { pixelsAround, pixelsOf, regionKey } from "../regions";
import { type LabelledScene, VOID } from "../scene";
import { smoothed } from "../smooth";
import type { Appearance } from "./appearance";
import { boundaryShifts } from "./boundaryShifts";
import type { Candidate } from "./candidate";
import { redrawnShapes } from "./redrawnShapes";

/** Smaller regions are no candidates, px; those of a boundary that lies elsewhere may be smaller. */
export const LEAST_REGION = 64;
/** Thresholds of support's margin, for regions. */
export const SUPPORT_LEVELS = [-0.5, 0, 0.5, 1, 2, 3, 5];
/** Thresholds of the smoothed log odds that pixels are wrong. */
export const SUSPICION_LEVELS = [-4, -3, -2, -1, 0];
/** Sigma of that smoothing, px. */
export const SMOOTHING = 3;

/** The smoothing is cut off at so many sigmas. */
const SMOOTHING_TRUNCATED = 3;

/**
 * All candidates of a scene; odds are the log odds that pixels are wrong, width * height. A missing or misnamed object is a
 * part of one given component where another class fits better: at some threshold of support's margin, or of the odds, it
 * stands out as a connected region. A boundary that lies elsewhere shows as the pixels that a component gains and loses
 * when it is drawn where support has it, or when the whole component is shifted to where the image has its edges.
 * Checkpoints now and then. The twin of `training/lmae/finding/candidates.py`.
 */
export async function candidates(
  scene: LabelledScene,
  evidence: Evidence,
  odds: Float32Array,
  posteriors: ClassPosteriors,
  appearance: Appearance,
  checkpoint: Checkpoint,
): Promise<Candidate[]> {
  const likeliestOther = posteriors.classes.length > 1 ? bySupport(posteriors, scene) : byRim(scene);
  const regions = new Map<string, Candidate>();
  for (const { where, from } of await regionsOfParts(scene, evidence, odds, checkpoint)) {
    const key = regionKey(where);
    const to = regions.has(key) ? null : likeliestOther(where, from);
    if (to !== null) regions.set(key, { where, to, kind: "region", fit: [0, 0] });
  }
  await checkpoint();
  const shapes = redrawnShapes(scene, evidence, posteriors);
  await checkpoint();
  return [...regions.values(), ...shapes, ...(await boundaryShifts(scene, appearance, checkpoint))];
}

interface Part {
  readonly where: Region;
  /** Its class now. */
  readonly from: number;
}

/**
 * Every component of LEAST_REGION px or more, and its connected parts above every threshold, none that is most of the scene;
 * component by component.
 */
async function regionsOfParts(
  { width, height, components }: LabelledScene,
  { margin }: Evidence,
  odds: Float32Array,
  checkpoint: Checkpoint,
): Promise<Part[]> {
  const most = Math.floor((width * height) / 2);
  const found: Region[][] = [];
  // 0: of a component that is left out.
  const rankOf = Uint16Array.from(components.list, ({ id, area }, number) => {
    if (id === VOID || area < LEAST_REGION) return 0;
    return found.push(area > most ? [] : [componentRegion(components, number)]);
  });
  const fields = [
    { levels: SUPPORT_LEVELS, values: margin },
    { levels: SUSPICION_LEVELS, values: smoothed(odds, width, height, SMOOTHING, SMOOTHING_TRUNCATED) },
  ];
  for (const { levels, values } of fields) {
    for (const level of levels) {
      // The components of one level, all at once.
      const data = new Uint16Array(values.length);
      for (let i = 0; i < data.length; i++) if (values[i] > level) data[i] = rankOf[components.labels[i]];
      const connected = labelComponents({ width, height, data });
      connected.list.forEach(({ id, area }, number) => {
        if (id > 0 && area >= LEAST_REGION && area <= most) found[id - 1].push(componentRegion(connected, number));
      });
      await checkpoint();
    }
  }
  const ids = components.list.filter((_, number) => rankOf[number] > 0).map(({ id }) => id);
  return found.flatMap((regions, rank) => regions.map((where) => ({ where, from: ids[rank] })));
}

/** The likeliest class of a region other than `from`. */
type LikeliestOther = (where: Region, from: number) => number | null;

/** By the mean log probability. */
function bySupport({ classes, probabilities }: ClassPosteriors, { width }: LabelledScene): LikeliestOther {
  const logs = probabilities.map((raster) => raster.map((p) => Math.log(Math.max(p, LEAST_PROBABILITY))));
  return (where, from) => {
    const pixels = pixelsOf(where, width);
    const sums = logs.map((log, k) => {
      if (classes[k] === from) return -Infinity;
      let sum = 0;
      for (const pixel of pixels) sum += log[pixel];
      return sum;
    });
    return classes[sums.indexOf(Math.max(...sums))];
  };
}

/** By what most of its rim shows; null where that is nothing else. */
function byRim({ width, height, label }: LabelledScene): LikeliestOther {
  return (where, from) => {
    const times = new Map<number, number>();
    // The region itself shows `from`.
    for (const pixel of pixelsAround(where, 1, width, height)) {
      if (label[pixel] !== from && label[pixel] !== VOID) times.set(label[pixel], (times.get(label[pixel]) ?? 0) + 1);
    }
    const [most] = [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b);
    return most?.[0] ?? null;
  };
}
