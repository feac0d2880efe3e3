import { type ClassTable, classTable } from "../../core/classTable";
import { vocColor } from "../../core/palette";
import { findClassFiles, readClassLists } from "../classList";
import { isVoidName } from "../classLists/classEntry";
import type { AnnotationReading, Listing, MadeLabel, Reading, Recogniser } from "../layout";
import { baseName, isPicture, withoutExtension } from "../paths";
import type { ReadingNote } from "../readingNote";
import { isBackgroundName } from "./annotationClasses";
import { type FoundAnnotations, findAnnotations } from "./findAnnotations";
import { groupBy } from "./groupBy";
import { type JoinedImages, joinImages } from "./joinImages";
import { madeLabel } from "./madeLabel";
import type { AnnotatedImage, AnnotationSet } from "./types";

/**
 * How surely annotations are the labels. Pictures that are part of them (panoptic segments, ADE20K's colours) are no labels by
 * themselves; JSON beside complete label rasters gives way to them, for they may have been repaired since.
 */
const withPictures = 0.97;
const jsonAlone = 0.55;

/** COCO, Label Studio, labelme, Supervisely and others whose labels are no rasters: one reading each, labels made. */
export const annotations: Recogniser = async (listing, choices) => {
  const files = listing.paths.map((path) => ({ path, bytes: () => listing.bytes(path) }));
  const { found, failed } = await findAnnotations(files, await classLists(listing), choices.get("overlap"));
  for (const { path, error } of failed)
    listing.note({ path, reason: error.reason, remedy: error.remedy, isError: true });
  return found.map((one) => withRivals(one, listing));
};

/** Files of more are one an image, where a question a file helps nobody. */
const mostRivals = 6;

/** A reading; where files tell of the same photographs (two versions of a list), which of them counts is asked. */
function withRivals(one: FoundAnnotations, listing: Listing): Reading {
  const { reading, repeated } = readingOf(one, listing);
  const told = repeated.filter(({ image, taken }) => image.path !== taken.path);
  const rivals = [...new Set(told.flatMap(({ image, taken }) => [taken.path, image.path]))];
  if (rivals.length < 2 || rivals.length > mostRivals) return reading;
  const photos = [...new Set(told.map(({ photo }) => photo))];
  const why = `${rivals.join(" and ")} tell of the same photographs (${listed(photos)}), and nothing says which counts.`;
  return { ...reading, ways: rivals.map((name) => ({ name, why, reading: readingOf(one, listing, name).reading })) };
}

/** @param preferred the file that counts where several tell of a photograph; else the first does. */
function readingOf({ set, paths }: FoundAnnotations, listing: Listing, preferred?: string) {
  const own = new Set(paths);
  const photos = listing.pictures.filter((path) => !own.has(path));
  const isPreferred = ({ path }: AnnotatedImage) => path === preferred;
  const ordered = [...set.images.filter(isPreferred), ...set.images.filter((image) => !isPreferred(image))];
  const joined = joinImages(ordered, photos);
  // Label Studio's masks a tag do not name their images.
  const isAlone = joined.pairs.length === 0 && (photos.length === 0 || !set.namesImages);
  const images = new Map<string, AnnotatedImage>();
  const disputed = new Map<string, number>();
  const make = (image: AnnotatedImage, photo: string | null): MadeLabel => {
    const { path, header, bytes } = madeLabel(set, image, photo, (pixels) => disputed.set(path, pixels));
    images.set(path, image);
    return { path, size: listing.size(image.path), header, bytes };
  };
  const pairs = joined.pairs.map(({ image, photo }) => ({ image: photo, made: make(image, photo) }));
  const made = isAlone ? set.images.map((image) => make(image, null)) : pairs.map((pair) => pair.made);
  const annotated: AnnotationReading = {
    set,
    images,
    paths,
    notes: [...notesOf(set.notes, paths[0], isAlone ? null : joined, photos, isAlone), ...besides(set, joined, photos)],
    madeNotes() {
      const total = [...disputed.values()].reduce((sum, count) => sum + count, 0);
      const reason = `In the labels looked at, annotations of two classes claim ${total} px; ${set.overlapRule}.`;
      return total === 0 ? [] : [{ path: paths[0], reason, remedy: "Check where objects overlap." }];
    },
  };
  const hasPictures = paths.some(isPicture);
  const reading: Reading = {
    layout: set.format,
    images: isAlone ? [] : pairs.map(({ image }) => image),
    sets: [{ name: set.format, labels: made.map(({ path }) => path), form: "ids", what: "ids made of annotations" }],
    meaning: { vocColors: false, defaultClasses: () => set.classes },
    pairs: pairs.map((pair) => ({ image: pair.image, label: pair.made.path })),
    made,
    annotations: annotated,
    evidence: { for: [`${paths[0]} holds ${set.format} for ${counted(set.images.length, "image")}.`], against: [] },
    score: set.images.length === 0 || made.length === 0 ? 0 : hasPictures ? withPictures : jsonAlone,
  };
  return { reading, repeated: joined.repeated };
}

/** labelme's files that lie beside one photograph and name another, as after renaming by hand: the name counts. */
function besides({ format }: AnnotationSet, { pairs }: JoinedImages, photos: readonly string[]): ReadingNote[] {
  if (format !== "labelme") return [];
  const beside = new Map(photos.map((path) => [withoutExtension(path), path]));
  const torn = pairs.flatMap(({ image, photo }) => {
    const other = beside.get(withoutExtension(image.path));
    return other === undefined || other === photo ? [] : [{ path: image.path, other, photo }];
  });
  if (torn.length === 0) return [];
  const [{ path, other, photo }] = torn;
  const more = torn.length > 1 ? ` ${torn.length - 1} more such files.` : "";
  const reason = `It lies beside ${baseName(other)}, but its imagePath is ${baseName(photo)}, with which it is shown.${more}`;
  return [{ path, reason, remedy: "If it belongs to the other, correct imagePath in the file." }];
}

function notesOf(
  own: readonly ReadingNote[],
  path: string,
  joined: JoinedImages | null,
  photos: readonly string[],
  isAlone: boolean,
): ReadingNote[] {
  const notes: ReadingNote[] = [...own];
  const add = (where: string, reason: string, remedy: string, isError = false) =>
    notes.push({ path: where, reason, remedy, isError });
  if (isAlone && photos.length > 0) {
    add(
      path,
      "Its masks name tasks, not images: photographs cannot be joined.",
      "Open the JSON export with them as well.",
    );
  }
  if (joined === null) return notes;
  if (joined.others.length > 0) {
    const names = listed(joined.others);
    add(
      joined.others[0],
      `No annotation tells of ${counted(joined.others.length, "photograph")} (${names}).`,
      "They are left out.",
    );
  }
  if (joined.missing.length > 0) {
    const names = listed(joined.missing.map((image) => image.names[0]));
    const reason = `${counted(joined.missing.length, "annotated image")} not here (${names}).`;
    add(path, reason, "Open their photographs together with the annotations.");
  }
  for (const { image, photos: several } of joined.ambiguous) {
    const reason = `${image.names[0]} may be ${several.join(" or ")}.`;
    add(image.path, reason, "Keep only one of these photographs.", true);
  }
  for (const same of groupBy(joined.repeated, ({ image, taken }) => `${image.path}\n${taken.path}`).values()) {
    const [{ image, taken }] = same;
    const names = listed(same.map(({ photo }) => photo));
    const found = counted(same.length, "photograph").replace(/ (is|are)$/, "");
    if (image.path === taken.path) {
      add(
        image.path,
        `It lists ${found} twice (${names}), in two sizes: the first is read.`,
        "Remove the other.",
        true,
      );
    } else {
      const reason = `It tells of ${found} (${names}) whose labels are read from ${taken.path} instead.`;
      add(image.path, reason, "Choose the file above the canvas, or open only one of them.");
    }
  }
  return notes;
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? " is" : "s are"}`;
}

/** Each with its size, which is asked for where it is looked at. */
function sized(listing: Listing): { readonly path: string; readonly size: number }[] {
  return listing.paths.map((path) => ({
    path,
    get size() {
      return listing.size(path);
    },
  }));
}

/** The class lists beside the annotations. Without ids the order counts: from 0 where background comes first, else from 1. */
async function classLists(listing: Listing): Promise<ClassTable[]> {
  const tables: ClassTable[] = [];
  for (const path of findClassFiles(sized(listing))) {
    try {
      for (const { entries } of await readClassLists(path, await listing.text(path))) {
        const first = isBackgroundName(entries[0].name) ? 0 : 1;
        const full = entries.map(({ id, name, color, ignored }, i) => ({
          id: id ?? i + first,
          name,
          color: color ?? vocColor(id ?? i + first),
          ignored: ignored ?? isVoidName(name),
        }));
        tables.push(classTable(full));
      }
    } catch {
      // No list, or one that cannot be used: names alone count then.
    }
  }
  return tables;
}
