import { createPace } from "../core/pace";
import { annotations } from "./annotations/recogniseAnnotations";
import { camvidColors, camvidSegnet } from "./camvid";
import { cityscapes } from "./cityscapes";
import { idd } from "./idd";
import { isTied, withRenderings } from "./labelSets";
import type { Listing, Reading, Recogniser } from "./layout";
import { sceneParse } from "./layouts/ade20k";
import { deepGlobe, isprs, loveDa } from "./layouts/aerial";
import { bdd100k, mapillary } from "./layouts/driving";
import { roboflow, supervisely } from "./layouts/tools";
import { listReading, readPairLists, withLists } from "./pairLists";
import { plainLayout, readByContent, readByRoles } from "./plain";
import { noChoices, type ReadingChoices } from "./questions";
import { pairingOf } from "./readingPairs";
import { views } from "./views";
import { voc } from "./voc";

const byWords: Recogniser = async ({ paths }) => {
  const pace = createPace();
  const reading = await readByRoles(paths);
  if (reading === null) return [];
  await pace();
  return [reading, ...views(reading)];
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
export async function recognise(
  listing: Listing,
  choices: ReadingChoices = noChoices,
): Promise<readonly RatedReading[]> {
  // One after the other, with pauses: with thousands of files each takes long enough to be felt.
  const pace = createPace();
  const told: Reading[] = [];
  for (const recogniser of recognisers) {
    told.push(...(await recogniser(listing, choices)));
    await pace();
  }
  const lists = await readPairLists(listing);
  const listed = lists === null ? told : told.map((reading) => withLists(reading, lists));
  const found = lists === null ? told : [listReading(lists, listed), ...listed];
  const rated: RatedReading[] = [];
  for (const reading of found) {
    rated.push(rate(reading));
    await pace();
  }
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
