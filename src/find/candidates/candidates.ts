import { type Components, componentRegion, labelComponents } from "../../core/components";
import { growRegion } from "../../core/morphology";
import { unionRects } from "../../core/rect";
import { type Region, regionArea, regionFromPredicate } from "../../core/region";
import type { Checkpoint } from "../../model/steps";
import type { ClassPosteriors } from "../posteriors";
import type { Scan } from "../readings/scan";
import { pixelsOf, regionKey, windowRect } from "../regions";
import { smoothed } from "../smooth";
import { componentsOf, type LabelledWindow, VOID } from "../window";
import type { Appearance } from "./appearance";
import { boundaryShifts } from "./boundaryShifts";
import type { Candidate } from "./candidate";

/** Smaller regions are no candidates, px; those of a boundary that lies elsewhere may be smaller. */
export const LEAST_REGION = 64;
export const LEAST_SHAPE = 16;
/** Thresholds of support's margin, for regions. */
export const SUPPORT_LEVELS = [-0.5, 0, 0.5, 1, 2, 3, 5];
/** Thresholds of the smoothed log odds that pixels are wrong. */
export const SUSPICION_LEVELS = [-4, -3, -2, -1, 0];
/** Sigma of that smoothing, px. */
export const SMOOTHING = 3;
/** Thresholds of support's margin, for boundaries. */
export const SHAPE_LEVELS = [0.5, 2];

/** The smoothing is cut off at so many sigmas. */
const SMOOTHING_TRUNCATED = 3;

/**
 * All candidates of a window; odds are the log odds that pixels are wrong, size * size. A missing or misnamed object is a
 * part of one given component where another class fits better: at some threshold of support's margin, or of the odds, it
 * stands out as a connected region. A boundary that lies elsewhere shows as the pixels that a component gains and loses
 * when the band along it is rebuilt, or when the whole component is shifted to where the image has its edges. Checkpoints
 * now and then.
 */
export async function candidates(
  window: LabelledWindow,
  scan: Scan,
  odds: Float32Array,
  appearance: Appearance,
  checkpoint: Checkpoint,
): Promise<Candidate[]> {
  const { size, label, components } = window;
  const likeliest = likeliestClass(scan.posteriors, label.length);
  const regions = new Map<string, Candidate>();
  for (const { where, from } of regionsOfParts(window, scan, odds)) {
    if (regionArea(where) > Math.floor(label.length / 2)) continue;
    const key = regionKey(where);
    const to = regions.has(key) ? null : likeliestOther(scan.posteriors, window, where, from);
    if (to !== null) regions.set(key, { where, to, shape: false, fit: null });
  }
  await checkpoint();
  const shapes = new Map<string, Candidate>();
  for (const to of [
    scan.band.label,
    ...SHAPE_LEVELS.map((level) => relabelledBySupport(scan, label, likeliest, level)),
  ]) {
    for (const [key, shape] of shapesOf(label, components, to, size)) shapes.set(key, shape);
  }
  await checkpoint();
  return [...regions.values(), ...shapes.values(), ...(await boundaryShifts(window, appearance, checkpoint))];
}

/** Every component of LEAST_REGION px or more, and its connected parts above every threshold; component by component. */
function regionsOfParts(
  { size, components }: LabelledWindow,
  { support }: Scan,
  odds: Float32Array,
): { where: Region; from: number }[] {
  const eligible = components.list.map(({ id, area }) => id !== VOID && area >= LEAST_REGION);
  const found: Region[][] = components.list.map((_, number) =>
    eligible[number] ? [componentRegion(components, number)] : [],
  );
  const field = smoothed(odds, size, SMOOTHING, SMOOTHING_TRUNCATED);
  const fields = [
    { levels: SUPPORT_LEVELS, values: support.margin },
    { levels: SUSPICION_LEVELS, values: field },
  ];
  for (const { levels, values } of fields) {
    for (const level of levels) {
      // The components of one level, all at once: 0 where nothing exceeds it, else the number of the given component.
      const data = new Uint16Array(values.length);
      for (let i = 0; i < data.length; i++) {
        if (values[i] > level && eligible[components.labels[i]]) data[i] = components.labels[i] + 1;
      }
      const connected = labelComponents({ width: size, height: size, data });
      connected.list.forEach(({ id, area }, number) => {
        if (id > 0 && area >= LEAST_REGION) found[id - 1].push(componentRegion(connected, number));
      });
    }
  }
  return found.flatMap((regions, number) => regions.map((where) => ({ where, from: components.list[number].id })));
}

/** The likeliest class of a region other than `from`, by the posteriors or, without any, by what most of its rim shows. */
function likeliestOther(
  { classes, logs }: ClassPosteriors,
  { size, label }: LabelledWindow,
  where: Region,
  from: number,
): number | null {
  if (classes.length > 1) {
    const pixels = pixelsOf(where, size);
    const sums = logs.map((log, k) => {
      let sum = 0;
      for (const pixel of pixels) sum += log[pixel];
      return classes[k] === from ? -Infinity : sum;
    });
    return classes[sums.indexOf(Math.max(...sums))];
  }
  const rim = new Map<number, number>();
  // A radius of 1 px is the cross of 4-neighbours; the region itself shows `from`.
  for (const pixel of pixelsOf(growRegion(where, 1, windowRect(size)), size)) {
    if (label[pixel] !== from && label[pixel] !== VOID) rim.set(label[pixel], (rim.get(label[pixel]) ?? 0) + 1);
  }
  const [most] = [...rim].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b);
  return most?.[0] ?? null;
}

/** The likeliest class of every pixel; null where fewer than two are known. */
function likeliestClass({ classes, logs }: ClassPosteriors, pixels: number): Int32Array | null {
  if (classes.length < 2) return null;
  return Int32Array.from({ length: pixels }, (_, i) => {
    let best = 0;
    for (let k = 1; k < logs.length; k++) if (logs[k][i] > logs[best][i]) best = k;
    return classes[best];
  });
}

/** The label with the likeliest class wherever support's margin exceeds a threshold. */
function relabelledBySupport(
  { support }: Scan,
  label: Int32Array,
  likeliest: Int32Array | null,
  level: number,
): Int32Array {
  return label.map((id, i) => (likeliest && id !== VOID && support.margin[i] > level ? likeliest[i] : id));
}

/** For each component whose boundary lies elsewhere in another label: the pixels that it gains and loses. */
function shapesOf(label: Int32Array, components: Components, to: Int32Array, size: number): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  const changed = regionFromPredicate(windowRect(size), (x, y) => to[y * size + x] !== label[y * size + x]);
  const touched = new Set<number>();
  for (const pixel of pixelsOf(growRegion(changed, 1, windowRect(size)), size)) touched.add(components.labels[pixel]);
  if (touched.size === 0) return found;
  const after = componentsOf(to, size);
  for (const number of [...touched].sort((a, b) => a - b)) {
    const { id, bounds } = components.list[number];
    const kept = id === VOID ? null : mostOf(componentRegion(components, number), size, to, id, after.labels);
    if (kept === null) continue;
    const gainedOrLost = regionFromPredicate(unionRects(bounds, after.list[kept].bounds), (x, y) => {
      const i = y * size + x;
      const differs = (components.labels[i] === number) !== (after.labels[i] === kept);
      return differs && to[i] !== label[i] && (label[i] === id || to[i] === id);
    });
    const key = regionKey(gainedOrLost);
    if (regionArea(gainedOrLost) >= LEAST_SHAPE && !found.has(key))
      found.set(key, { where: gainedOrLost, to, shape: true, fit: null });
  }
  return found;
}

/** The component of the new label that holds most of a component's pixels whose class stays; null when none does. */
function mostOf(component: Region, size: number, to: Int32Array, id: number, after: Int32Array): number | null {
  const times = new Map<number, number>();
  for (const pixel of pixelsOf(component, size)) {
    if (to[pixel] === id) times.set(after[pixel], (times.get(after[pixel]) ?? 0) + 1);
  }
  const [most] = [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b);
  return most?.[0] ?? null;
}
