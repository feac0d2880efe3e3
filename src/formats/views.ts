import { groupBy } from "./annotations/groupBy";
import type { Reading } from "./layout";
import { extensionOf, foldersOf } from "./paths";
import { pairingOf } from "./readingPairs";
import { splitOf } from "./roleWords";

/** More folders of photographs than this are no views of one scene. */
const mostViews = 6;

/**
 * Where each label goes with several photographs (left and right, before and after, image_2 and image_3, a.jpg and a.png),
 * one reading a view: the first by name, the others to be chosen. None where names tell of any pair.
 */
export function views(reading: Reading): Reading[] {
  if (reading.images.length === 0) return [];
  const { pairs, ambiguous } = pairingOf(reading, reading.sets[0]);
  if (pairs.length > 0 || ambiguous.length === 0) return [];
  const place = (path: string) =>
    foldersOf(path)
      .filter((name) => splitOf(name.toLowerCase()) === null)
      .join("/");
  const byFolder = groupBy(reading.images, place);
  const groups = byFolder.size > 1 ? byFolder : groupBy(reading.images, (path) => `.${extensionOf(path)}`);
  if (groups.size < 2 || groups.size > mostViews) return [];
  const names = [...groups.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const shown = (name: string) => (name.startsWith(".") ? name : name.slice(name.lastIndexOf("/") + 1));
  return names.map((name) => {
    const images = groups.get(name) ?? [];
    const others = names.filter((other) => other !== name).map(shown);
    const evidence = {
      for: [`The photographs of ${shown(name)}; each label also fits one of ${others.join(", ")}.`],
      against: [],
    };
    return { ...reading, images, evidence };
  });
}
