import type { LabelSet, Reading } from "./layout";
import { type Pairing, pairFiles, pairings } from "./pairing";
import { baseName } from "./paths";

/** A way to join images and labels, under the value by which it is chosen. */
export interface NamedPairing extends Pairing {
  readonly value: string;
}

const known = new WeakMap<readonly string[], WeakMap<readonly string[], readonly NamedPairing[]>>();

/**
 * All ways to join a reading's images with the labels of a set, the one to be preferred first: as the data set's own list
 * says, by names, by other rules. Pairing thousands of files takes a moment, and several ask: it is done once.
 */
export function pairingsOf(reading: Reading, set: LabelSet): readonly NamedPairing[] {
  const ofImages = known.get(reading.images) ?? new WeakMap<readonly string[], readonly NamedPairing[]>();
  known.set(reading.images, ofImages);
  const ways = ofImages.get(set.labels) ?? waysOf(reading, set);
  ofImages.set(set.labels, ways);
  return ways;
}

function waysOf(reading: Reading, set: LabelSet): readonly NamedPairing[] {
  const { images } = reading;
  const { labels } = set;
  const byList = listed(reading, set);
  // Annotations tell by themselves which images they belong to.
  if (reading.annotations && byList) return [{ ...byList, value: "names" }];
  const byNames = pairings({ images, labels }).map(
    (way, at): NamedPairing => ({
      ...way,
      value: at === 0 ? "names" : way.rule,
    }),
  );
  if (!byList) return byNames;
  const partner = new Map(byList.pairs.map(({ image, label }) => [label, image]));
  const isSame = ({ pairs }: Pairing) =>
    pairs.length === byList.pairs.length && pairs.every(({ image, label }) => partner.get(label) === image);
  const others = byNames.filter((way) => way.pairs.length > 0 && !isSame(way));
  // A list that contradicts the names is said above the canvas.
  const contradicts = others.some(
    ({ isClear, pairs }) =>
      isClear && pairs.some(({ image, label }) => partner.has(label) && partner.get(label) !== image),
  );
  return [{ ...byList, value: "list", isClear: !contradicts }, ...others];
}

/** What the data set's own list says, and names of the files it leaves out; null without a list. */
function listed({ images, pairs, listed }: Reading, { labels }: LabelSet): Pairing | null {
  const own = new Set(labels);
  const told = (pairs ?? listed?.pairs ?? []).filter(({ label }) => own.has(label));
  if (pairs === undefined && told.length === 0) return null;
  const taken = new Set(told.flatMap(({ image, label }) => [image, label]));
  const isLeft = (path: string) => !taken.has(path);
  const rest = pairFiles({ images: images.filter(isLeft), labels: labels.filter(isLeft) });
  const rule = listed
    ? `As ${baseName(listed.path)} lists them.`
    : "Images and labels are joined as the data set's own list says.";
  return { ...rest, pairs: [...told, ...rest.pairs], rule, isClear: true };
}

/** The way to be preferred. */
export function pairingOf(reading: Reading, set: LabelSet): Pairing {
  return pairingsOf(reading, set)[0];
}
