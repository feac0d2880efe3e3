import { componentRegion, labelComponents } from "../../core/components";
import { createLabelMap, type LabelMap } from "../../core/labelMap";
import { forEachPixel, type Region } from "../../core/region";
import { FormatError } from "../errors";
import { extentOf } from "./cocoSegment";

type Json = Readonly<Record<string, unknown>>;

/** A panoptic image: segment numbers (0: none), and what is known of each segment. */
export interface Segments {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly infos: readonly Json[];
}

interface Categories {
  /** Id of pixels that belong to no segment. */
  readonly uncovered: number;
  /** Label id of a category. */
  idOf(category: unknown): number;
  /** The category of a label id, if it has one. */
  category(id: number): Json | undefined;
}

/**
 * Segments that go with edited ids. Pixels whose class stayed keep their segment. The others, connected piece by piece,
 * join the segment of their class: of stuff the image's only one, of things one that touches the piece, if exactly one does;
 * else they are a new segment. Segments that lost all pixels are gone, of changed ones area and box are counted anew.
 * @throws FormatError for a class that is no category.
 */
export function editSegments(before: Segments, labels: LabelMap, categories: Categories): Segments {
  const { width, height } = before;
  const classOf = new Map(before.infos.map(({ id, category_id }) => [Number(id), categories.idOf(category_id)]));
  classOf.set(0, categories.uncovered);
  const data = before.data.slice();
  const isChanged = (pixel: number) => classOf.get(before.data[pixel]) !== labels.data[pixel];
  // One more than the id, so that 0 is what did not change.
  const changed = Uint16Array.from(labels.data, (id, pixel) => (isChanged(pixel) ? id + 1 : 0));
  const components = labelComponents(createLabelMap(width, height, changed));
  const infos = [...before.infos];
  const touched = new Set<number>();
  const numbers = new Set(classOf.keys());
  components.list.forEach(({ id: shifted }, number) => {
    if (shifted === 0) return;
    const id = shifted - 1;
    const region = componentRegion(components, number);
    const segment = id === categories.uncovered ? 0 : (ownSegment(id, region) ?? newSegment(id));
    forEachPixel(region, (x, y) => {
      touched.add(data[y * width + x]).add(segment);
      data[y * width + x] = segment;
    });
  });
  const counted = infos.map((info) => {
    if (!touched.has(Number(info.id))) return info;
    return { ...info, ...extentOf({ width, data }, (value) => value === info.id) };
  });
  return { width, height, data, infos: counted.filter((info) => !touched.has(Number(info.id)) || info.area !== 0) };

  function ownSegment(id: number, region: Region): number | undefined {
    const own = infos.filter((info) => categories.idOf(info.category_id) === id && info.iscrowd !== 1);
    if (categories.category(id)?.isthing === 0) return own.length > 0 ? Number(own[0].id) : undefined;
    const owned = new Set(own.map((info) => Number(info.id)));
    const near = new Set<number>();
    forEachPixel(region, (x, y) => {
      if (x > 0) near.add(data[y * width + x - 1]);
      if (x + 1 < width) near.add(data[y * width + x + 1]);
      if (y > 0) near.add(data[(y - 1) * width + x]);
      if (y + 1 < height) near.add(data[(y + 1) * width + x]);
    });
    const touching = [...near].filter((segment) => owned.has(segment));
    return touching.length === 1 ? touching[0] : undefined;
  }

  function newSegment(id: number): number {
    const category = categories.category(id);
    if (!category) throw new FormatError(`Class id ${id} is no category of this file.`, "Export to another format.");
    // The PNG holds 24 bits.
    let number = 1 + Math.max(...numbers);
    if (number >= 2 ** 24) for (number = 1; numbers.has(number); ) number++;
    numbers.add(number);
    infos.push({ id: number, category_id: category.id, iscrowd: 0 });
    return number;
  }
}
