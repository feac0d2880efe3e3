import { unionRects } from "../../core/rect";
import { regionArea, regionFromPredicate } from "../../core/region";
import type { Evidence } from "../evidence";
import type { ClassPosteriors } from "../posteriors";
import { regionKey } from "../regions";
import { componentsOf, type LabelledScene, VOID } from "../scene";
import { type Candidate, idsIn } from "./candidate";

/** Boundaries that differ in fewer pixels are no candidates. */
export const LEAST_SHAPE = 16;
/** Thresholds of support's margin from which a boundary is drawn where support has it. */
export const SHAPE_LEVELS = [0.5, 2];

/** For each component whose boundary support has elsewhere: the pixels that it gains and loses. None without support. */
export function redrawnShapes(
  scene: LabelledScene,
  { margin }: Evidence,
  { classes, probabilities }: ClassPosteriors,
): Candidate[] {
  if (classes.length < 2) return [];
  const likeliest = scene.label.map((_, i) => {
    let best = 0;
    for (let k = 1; k < classes.length; k++) if (probabilities[k][i] > probabilities[best][i]) best = k;
    return classes[best];
  });
  const found = new Map<string, Candidate>();
  for (const level of SHAPE_LEVELS) {
    const to = scene.label.map((id, i) => (id !== VOID && margin[i] > level ? likeliest[i] : id));
    for (const [key, shape] of shapesOf(scene, to)) found.set(key, shape);
  }
  return [...found.values()];
}

/** By their keys: for each component whose boundary lies elsewhere in another label, the pixels that it gains and loses. */
function shapesOf({ width, height, label, components }: LabelledScene, to: Int32Array): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  const touched = componentsAtChanges(label, to, components.labels, width);
  if (touched.size === 0) return found;
  const after = componentsOf(to, width, height);
  const keptBy = largestKept(touched, label, to, components.labels, after.labels);
  for (const number of [...touched].sort((a, b) => a - b)) {
    const { id, bounds } = components.list[number];
    const kept = keptBy.get(number);
    if (id === VOID || kept === undefined) continue;
    const where = regionFromPredicate(unionRects(bounds, after.list[kept].bounds), (x, y) => {
      const i = y * width + x;
      if (to[i] === label[i] || (label[i] !== id && to[i] !== id)) return false;
      return (components.labels[i] === number) !== (after.labels[i] === kept);
    });
    const key = regionKey(where);
    if (regionArea(where) < LEAST_SHAPE || found.has(key)) continue;
    found.set(key, { where, to: idsIn(where, (x, y) => to[y * width + x]), kind: "shape", fit: [0, 0] });
  }
  return found;
}

/** The components that hold a pixel that changes, or a 4-neighbour of one. */
function componentsAtChanges(label: Int32Array, to: Int32Array, labels: Int32Array, width: number): Set<number> {
  const touched = new Set<number>();
  for (let i = 0; i < to.length; i++) {
    if (to[i] === label[i]) continue;
    const x = i % width;
    touched.add(labels[i]);
    if (x > 0) touched.add(labels[i - 1]);
    if (x < width - 1) touched.add(labels[i + 1]);
    if (i >= width) touched.add(labels[i - width]);
    if (i + width < to.length) touched.add(labels[i + width]);
  }
  return touched;
}

/**
 * For each of the components, by number, the component of the new label that holds most of its pixels whose class stays, the
 * first of equal ones; none where no pixel stays.
 */
function largestKept(
  touched: ReadonlySet<number>,
  label: Int32Array,
  to: Int32Array,
  labels: Int32Array,
  after: Int32Array,
): Map<number, number> {
  const times = new Map<number, Map<number, number>>();
  for (let i = 0; i < to.length; i++) {
    if (to[i] !== label[i] || !touched.has(labels[i])) continue;
    const own = times.get(labels[i]) ?? new Map<number, number>();
    times.set(labels[i], own.set(after[i], (own.get(after[i]) ?? 0) + 1));
  }
  return new Map([...times].map(([number, own]) => [number, mostOf(own)]));
}

function mostOf(times: ReadonlyMap<number, number>): number {
  const [[most]] = [...times].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b);
  return most;
}
