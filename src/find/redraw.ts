import { labelComponents } from "../core/components";
import { growRegion, shrinkRegion } from "../core/morphology";
import { isEmptyRect } from "../core/rect";
import { forEachPixel, hasPixel, type Region, regionFromPredicate } from "../core/region";
import type { Checkpoint } from "../model/steps";
import type { WindowModel } from "../window/windowModel";
import { newIdAt } from "./candidates/candidate";
import type { Proposal } from "./proposals";
import { type Completion, completeTwice, maskedInput } from "./readings/predict";
import { chooseSlots } from "./readings/slots";
import { overlapCount, paint, pixelsOf, windowRect } from "./regions";
import { type LabelledWindow, VOID } from "./window";

/** Pixels on either side of a proposal's border that are redrawn. */
export const RIM = 10;

/** What of a proposal is redrawn. */
interface Sketch {
  /** Index of the proposal. */
  readonly number: number;
  /** Number of the given component it lies in. */
  readonly component: number;
  /** Its new class id. */
  readonly to: number;
  /** Shown as the new class. */
  readonly inside: Region;
  /** Hidden. */
  readonly rim: Region;
}

/**
 * The proposals, surest first, with their borders as the network draws them: the inside of each is shown as its new class
 * and a rim of RIM px on either side of its border is hidden. All are redrawn in one pass and its mirror. A proposal keeps
 * its border when it is a whole given component, too thin to have an inside, of several components or new classes, or
 * when it overlaps a surer one.
 */
export async function redraw(
  model: WindowModel,
  window: LabelledWindow,
  proposals: readonly Proposal[],
  checkpoint: Checkpoint,
): Promise<Proposal[]> {
  const { size, label } = window;
  const shown = label.slice();
  const hidden = new Uint8Array(size * size);
  const sketches: Sketch[] = [];
  proposals.forEach((one, number) => {
    const sketch = sketchOf(window, one, number);
    if (!sketch || sketches.some((other) => overlapCount(one.where, proposals[other.number].where) > 0)) return;
    const drawnOver = (region: Region) => pixelsOf(region, size).some((pixel) => hidden[pixel] === 1);
    if (drawnOver(sketch.rim) || drawnOver(sketch.inside)) return;
    for (const pixel of pixelsOf(sketch.inside, size)) shown[pixel] = newIdAt(one.to, pixel);
    paint(hidden, size, sketch.rim);
    sketches.push(sketch);
  });
  const anyShown = label.some((id, i) => id !== VOID && hidden[i] === 0);
  if (sketches.length === 0 || !anyShown) return [...proposals];

  const classes = chooseSlots(shown, hidden, size);
  const completion = await completeTwice(model, maskedInput(model, size, shown, hidden, classes), checkpoint);
  const result = [...proposals];
  for (const sketch of sketches) {
    const where = drawnRegion(window, proposals[sketch.number].where, sketch, (pixel) =>
      hidden[pixel] === 1 ? classes[likeliestSlot(completion, pixel, classes.length)] : shown[pixel],
    );
    if (where) result[sketch.number] = { ...result[sketch.number], where, to: sketch.to };
  }
  return result;
}

/** Null for a proposal that keeps its border. */
function sketchOf({ size, label, components }: LabelledWindow, { where, to }: Proposal, number: number): Sketch | null {
  const pixels = pixelsOf(where, size);
  const component = components.labels[pixels[0]];
  const inside = shrinkRegion(where, RIM, windowRect(size));
  const id = newIdAt(to, pixels[0]);
  const alike = pixels.every((pixel) => components.labels[pixel] === component && newIdAt(to, pixel) === id);
  if (isEmptyRect(inside.rect) || !alike) return null;
  const around = growRegion(where, RIM, windowRect(size));
  const rim = regionFromPredicate(around.rect, (x, y) => {
    const i = y * size + x;
    return hasPixel(around, x, y) && !hasPixel(inside, x, y) && components.labels[i] === component && label[i] !== VOID;
  });
  let beyond = false;
  forEachPixel(rim, (x, y) => {
    beyond ||= !hasPixel(where, x, y);
  });
  return beyond ? { number, component, to: id, inside, rim } : null;
}

/** What came out as the new class, around a sketch's inside and connected with it; null when nothing did. */
function drawnRegion(
  { size, components }: LabelledWindow,
  where: Region,
  { component, to, inside }: Sketch,
  drawn: (pixel: number) => number,
): Region | null {
  const around = growRegion(where, RIM, windowRect(size));
  const reached = new Uint16Array(size * size);
  for (const pixel of pixelsOf(around, size)) {
    if (components.labels[pixel] === component && drawn(pixel) === to) reached[pixel] = 1;
  }
  const connected = labelComponents({ width: size, height: size, data: reached }, around.rect);
  const numberAt = (x: number, y: number): number =>
    connected.labels[(y - around.rect.y) * around.rect.width + x - around.rect.x];
  const kept = new Set<number>();
  forEachPixel(inside, (x, y) => {
    if (reached[y * size + x] === 1) kept.add(numberAt(x, y));
  });
  const result = regionFromPredicate(around.rect, (x, y) => kept.has(numberAt(x, y)));
  return isEmptyRect(result.rect) ? null : result;
}

function likeliestSlot({ values, channels }: Completion, pixel: number, slots: number): number {
  const first = pixel * channels;
  let best = 0;
  for (let k = 1; k < slots; k++) if (values[first + k] > values[first + best]) best = k;
  return best;
}
