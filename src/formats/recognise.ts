import { annotations } from "./annotations/recogniseAnnotations";
import { camvidColors, camvidSegnet } from "./camvid";
import { cityscapes } from "./cityscapes";
import { idd } from "./idd";
import { isTied, withRenderings } from "./labelSets";
import type { LabelSet, Listing, Reading, Recogniser } from "./layout";
import { sceneParse } from "./layouts/ade20k";
import { deepGlobe, isprs, loveDa } from "./layouts/aerial";
import { bdd100k, mapillary } from "./layouts/driving";
import { huggingFace, roboflow, supervisely } from "./layouts/tools";
import { type Pairing, pairFiles } from "./pairing";
import { plainLayout, readByContent, readByRoles } from "./plain";
import { voc } from "./voc";

const byWords: Recogniser = ({ paths }) => {
  const reading = readByRoles(paths);
  return reading === null ? [] : [reading];
};

const recognisers: readonly Recogniser[] = [
  voc,
  cityscapes,
  idd,
  camvidSegnet,
  camvidColors,
  sceneParse,
  annotations,
  bdd100k,
  mapillary,
  loveDa,
  isprs,
  deepGlobe,
  supervisely,
  roboflow,
  huggingFace,
  byWords,
];

/** A reading with what its first label set is worth. */
export interface RatedReading {
  readonly reading: Reading;
  /** 0..1: what names tell, and how many labels find their image. */
  readonly rating: number;
}

/** Where fewer labels than this find an image, content may tell more than names. */
const fewPaired = 0.5;

/** All readings that the files support, the best first; none where nothing is a label. */
export async function recognise(listing: Listing): Promise<readonly RatedReading[]> {
  const found = (await Promise.all(recognisers.map((recogniser) => recogniser(listing)))).flat();
  const rated = found.map(rate);
  if (!rated.some(({ rating, reading }) => rating >= fewPaired * reading.score && reading.images.length > 0)) {
    const reading = await readByContent(listing);
    if (reading !== null) rated.push(rate(reading));
  }
  const sorted = rated.sort((a, b) => b.rating - a.rating);
  return Promise.all(
    sorted.map(async ({ reading, rating }) => {
      const sets = await withRenderings(listing, reading.sets);
      // A layout that is known has its order of sets.
      const isSetOpen = reading.layout === plainLayout && isTied(sets);
      return { reading: { ...reading, sets, isSetOpen }, rating };
    }),
  );
}

function rate(reading: Reading): RatedReading {
  const { labels } = reading.sets[0];
  if (reading.images.length === 0) return { reading, rating: 0.5 * reading.score };
  const { pairs } = pairingOf(reading, reading.sets[0]);
  return {
    reading,
    rating: reading.score * (0.2 + 0.8 * (pairs.length / Math.min(labels.length, reading.images.length))),
  };
}

const pairings = new WeakMap<readonly string[], WeakMap<readonly string[], Pairing>>();

/** Pairing thousands of files takes a moment, and several ask. */
function pairedOnce(images: readonly string[], labels: readonly string[]): Pairing {
  const ofImages = pairings.get(images) ?? new WeakMap<readonly string[], Pairing>();
  pairings.set(images, ofImages);
  const pairing = ofImages.get(labels) ?? pairFiles({ images, labels });
  ofImages.set(labels, pairing);
  return pairing;
}

/** Joins images and labels as the data set itself says, else by their names. */
export function pairingOf(reading: Reading, set: LabelSet): Pairing {
  if (reading.pairs === undefined) return pairedOnce(reading.images, set.labels);
  const own = new Set(set.labels);
  return {
    pairs: reading.pairs.filter(({ label }) => own.has(label)),
    lonelyImages: [],
    lonelyLabels: [],
    doubles: [],
    ambiguous: [],
    rule: "Images and labels are joined as the data set's own list says.",
    isClear: true,
  };
}
