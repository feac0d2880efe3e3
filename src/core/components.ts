import { type Connectivity, floodRegion } from "./flood";
import type { LabelMap } from "./labelMap";
import { clipRect, type Rect, rectArea, unionRects } from "./rect";
import { clipRegion, emptyRegion, forEachPixel, type PixelMask, type Region, regionFromMask } from "./region";

/** A connected set of pixels of one id. */
export interface Component {
  readonly id: number;
  /** Pixels. */
  readonly area: number;
  readonly bounds: Rect;
}

/** The components of a label map inside `rect`. `labels[i]` is the number, in `list`, of the pixel's component. */
export interface Components {
  readonly rect: Rect;
  readonly labels: Int32Array;
  readonly list: readonly Component[];
}

/**
 * The component under a click. 4-connected by default, like every tool here: two objects that touch at one
 * corner are two objects. Empty outside the image.
 */
export function componentAt(labels: LabelMap, x: number, y: number, connectivity: Connectivity = 4): Region {
  return floodRegion(labels, x, y, undefined, connectivity);
}

/** A region grown to the whole of every component it touches ("include the rest of this component"). */
export function componentsTouching(labels: LabelMap, region: Region, connectivity: Connectivity = 4): Region {
  const { width, height } = labels;
  const whole: PixelMask = { width, height, data: new Uint8Array(width * height) };
  forEachPixel(clipRegion(region, width, height), (x, y) => {
    if (whole.data[y * width + x] === 1) return;
    forEachPixel(componentAt(labels, x, y, connectivity), (px, py) => {
      whole.data[py * width + px] = 1;
    });
  });
  return regionFromMask(whole);
}

/**
 * All components inside `within` (the whole map by default), numbered in the order of their first pixel. Two
 * passes over the pixels with union-find.
 */
export function labelComponents(labels: LabelMap, within?: Rect, connectivity: Connectivity = 4): Components {
  const rect = clipRect(within ?? { x: 0, y: 0, ...labels }, labels.width, labels.height);
  const numbers = new Int32Array(rectArea(rect));
  const parents = provisionalNumbers(labels, rect, connectivity, numbers);
  const final = new Int32Array(parents.length).fill(-1);
  const found: { id: number; area: number; bounds: Rect }[] = [];
  for (let row = 0, i = 0; row < rect.height; row++) {
    const y = rect.y + row;
    for (let x = rect.x; x < rect.x + rect.width; x++, i++) {
      const root = findRoot(parents, numbers[i] as number);
      let number = final[root] as number;
      if (number < 0) {
        number = found.length;
        final[root] = number;
        found.push({ id: labels.data[y * labels.width + x] as number, area: 0, bounds: { x, y, width: 1, height: 1 } });
      }
      numbers[i] = number;
      const component = found[number] as { area: number; bounds: Rect };
      component.area++;
      if (
        x < component.bounds.x ||
        y >= component.bounds.y + component.bounds.height ||
        x >= component.bounds.x + component.bounds.width
      ) {
        component.bounds = unionRects(component.bounds, { x, y, width: 1, height: 1 });
      }
    }
  }
  return { rect, labels: numbers, list: found };
}

/** The pixels of component `number`. */
export function componentRegion(components: Components, number: number): Region {
  const component = components.list[number];
  if (component === undefined) return emptyRegion;
  const { bounds } = component;
  const bits = new Uint8Array(rectArea(bounds));
  for (let row = 0, i = 0; row < bounds.height; row++) {
    let from = (bounds.y - components.rect.y + row) * components.rect.width + bounds.x - components.rect.x;
    for (let column = 0; column < bounds.width; column++, i++, from++) {
      if (components.labels[from] === number) bits[i] = 1;
    }
  }
  return { rect: bounds, bits };
}

/** First pass: numbers every pixel like an earlier neighbour of its id, noting which numbers turned out equal. */
function provisionalNumbers(labels: LabelMap, rect: Rect, connectivity: Connectivity, numbers: Int32Array): number[] {
  const { data, width } = labels;
  const parents: number[] = [];
  for (let row = 0, i = 0; row < rect.height; row++) {
    let at = (rect.y + row) * width + rect.x;
    for (let column = 0; column < rect.width; column++, i++, at++) {
      const id = data[at];
      let number = -1;
      const join = (neighbour: number) => {
        const root = findRoot(parents, numbers[neighbour] as number);
        if (number >= 0 && root !== number) {
          const low = Math.min(root, number);
          parents[Math.max(root, number)] = low;
          number = low;
        } else {
          number = root;
        }
      };
      if (column > 0 && data[at - 1] === id) join(i - 1);
      if (row > 0) {
        if (data[at - width] === id) join(i - rect.width);
        if (connectivity === 8) {
          if (column > 0 && data[at - width - 1] === id) join(i - rect.width - 1);
          if (column + 1 < rect.width && data[at - width + 1] === id) join(i - rect.width + 1);
        }
      }
      if (number < 0) {
        number = parents.length;
        parents.push(number);
      }
      numbers[i] = number;
    }
  }
  return parents;
}

function findRoot(parents: number[], number: number): number {
  let at = number;
  while (parents[at] !== at) {
    // Path halving keeps chains short without a second walk.
    parents[at] = parents[parents[at] as number] as number;
    at = parents[at] as number;
  }
  return at;
}
