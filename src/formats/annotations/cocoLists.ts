import { counted } from "../../core/counted";
import type { ReadingNote } from "../readingNote";
import { groupBy } from "./groupBy";
import { leftOut } from "./leftOut";

type Json = Readonly<Record<string, unknown>>;

/** Finds the listed id that another names: the same, else one that is written the same ("1" and 1). */
export function idMatcher(listed: readonly unknown[]): (id: unknown) => unknown {
  const exact = new Set(listed);
  const byText = new Map(listed.map((id) => [String(id).trim(), id]));
  return (id) => (exact.has(id) ? id : byText.get(String(id).trim()));
}

/** The images of a COCO file; what is listed twice under one name and size is one image, with the annotations of both. */
export function imageEntries(images: readonly Json[]): { list: readonly Json[]; idOf(id: unknown): unknown } {
  const firsts = new Map<unknown, unknown>();
  const groups = groupBy(images, ({ file_name, width, height }) => `${width} ${height} ${file_name}`);
  for (const same of groups.values()) for (const { id } of same) firsts.set(id, same[0].id);
  const match = idMatcher(images.map(({ id }) => id));
  return { list: [...groups.values()].map(([first]) => first), idOf: (id) => firsts.get(match(id)) };
}

/** The categories of a COCO file, each id once, and one more for every id that annotations have and the list has not. */
export interface CocoCategories {
  readonly list: readonly Json[];
  /** The place in `list` of a category's id. */
  at(id: unknown): number;
  readonly notes: readonly ReadingNote[];
}

/**
 * Categories such that no annotation is without: pixels of an unlisted one must not become background, so it is a class of
 * its own; an id that is given to several names stands for all of them.
 * @param used the category ids of annotations.
 */
export function cocoCategories(path: string, listed: readonly Json[], used: readonly unknown[]): CocoCategories {
  const notes: ReadingNote[] = [];
  const known = idMatcher(listed.map(({ id }) => id));
  const list = [...groupBy(listed, ({ id }) => known(id)).values()].map((same): Json => {
    const names = [...new Set(same.map(({ name }) => String(name)))];
    if (names.length === 1) return same[0];
    const name = names.join(" or ");
    const reason = `Category ${same[0].id} is listed ${same.length} times, as ${names.map((one) => `"${one}"`).join(" and ")}: its annotations are read as "${name}".`;
    notes.push({ path, reason, remedy: "Give each category an id of its own." });
    return { ...same[0], name };
  });
  const unlisted = groupBy(
    used.filter((id) => known(id) === undefined),
    (id) => (id === undefined ? undefined : String(id).trim()),
  );
  for (const [text, same] of unlisted) {
    const name = text === undefined ? "no category" : `category ${text} (not in the list)`;
    list.push({ id: same[0], name });
    const count = `${same.length} ${same.length === 1 ? "annotation has" : "annotations have"}`;
    const reason = `${count} ${text === undefined ? "no category" : `category ${text}, which the list of categories does not hold`}: a class of its own, "${name}".`;
    notes.push({ path, reason, remedy: "Add the category to the file, or rename the class." });
  }
  const match = idMatcher(list.map(({ id }) => id));
  const places = new Map(list.map(({ id }, i) => [id, i]));
  return { list, at: (id) => places.get(match(id)) ?? -1, notes };
}

/** A category's id as a number, where it can be read as one. */
export function numberOf(id: unknown): number | undefined {
  if (typeof id === "number") return id;
  return typeof id === "string" && /^\d+$/.test(id.trim()) ? Number(id) : undefined;
}

/** What there is to say of annotations that belong to no listed image. */
export function danglingNotes(path: string, dangling: readonly Json[], total: number): ReadingNote[] {
  if (dangling.length === 0) return [];
  const ids = [...new Set(dangling.map(({ image_id }) => String(image_id)))];
  const some = `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ", ..." : ""}`;
  const reason = `${dangling.length} of ${counted(total, "annotation")} ${dangling.length === 1 ? "belongs" : "belong"} to no image of the file's list (image_id ${some}): left out.`;
  return [{ ...leftOut(path, reason), remedy: 'Add their images to "images", or export the file again.' }];
}

/**
 * What the photograph of a `file_name` may be called: Windows' separators, leading "./" and "../" and the address of a
 * server aside. Of a whole path on another computer or server, also its endings, down to the bare name, that no other
 * image of the file shares.
 */
export function photoNames(fileNames: readonly string[]): string[][] {
  const paths = fileNames.map(plainPath);
  const counts = new Map<string, number>();
  for (const { endings } of paths)
    for (const one of new Set(endings)) counts.set(one.toLowerCase(), (counts.get(one.toLowerCase()) ?? 0) + 1);
  return paths.map(({ raw, isWhole, endings: [full, ...shorter] }) => [
    ...new Set([raw, full ?? raw, ...(isWhole ? shorter.filter((one) => counts.get(one.toLowerCase()) === 1) : [])]),
  ]);
}

/** A path with its endings, the longest first; `isWhole` where it begins at a root that is not here. */
function plainPath(raw: string): { raw: string; isWhole: boolean; endings: string[] } {
  const url = /^[a-z][a-z0-9+.-]+:\/\/[^/]*\/+/i.exec(raw)?.[0];
  let path = raw.replaceAll("\\", "/");
  if (url !== undefined) {
    path = raw.slice(url.length).replace(/[?#].*$/, "");
    try {
      path = decodeURIComponent(path);
    } catch {
      // A name with a bare % is what it is.
    }
  }
  const isWhole = url !== undefined || /^(\/|[a-z]:\/|~\/)/i.test(path);
  const parts = path
    .replace(/^[a-z]:/i, "")
    .split("/")
    .filter((part) => !["", ".", "..", "~"].includes(part));
  // Files lie less deep: of a hostile path all endings would fill memory.
  const last = Math.max(1, parts.length - 40);
  const starts = parts.flatMap((_, i) => (i === 0 || i >= last ? [i] : []));
  return { raw, isWhole, endings: starts.map((i) => parts.slice(i).join("/")) };
}
