import { type ClassList, nameTells, readClassLists, readColors } from "../formats/classList";
import type { ColorList } from "../formats/joinLists";
import { fileError, problemOf } from "./errors";
import type { Problem } from "./types";

/** A text that may be a class list. */
export interface ClassText {
  readonly path: string;
  readonly text: string;
  /** The encoding it was read in, where nothing but the text tells it. */
  readonly guessed?: string;
}

/** What texts say of classes. A plain value: a worker may read them. */
export interface ReadTexts {
  readonly lists: readonly ClassList[];
  readonly palettes: readonly ColorList[];
  /** What is wrong with them. */
  readonly problems: readonly Problem[];
}

/** The class lists and lists of bare colours among texts, and what is wrong with them: time grows with their length alone. */
export async function readTexts(texts: readonly ClassText[]): Promise<ReadTexts> {
  const [lists, palettes, problems]: [ClassList[], ColorList[], Problem[]] = [[], [], []];
  for (const { path, text, guessed } of texts) {
    try {
      const found = await readClassLists(path, text);
      lists.push(...found);
      const colors = found.length === 0 && nameTells(path) > 0 ? await readColors(path, text) : null;
      if (colors) palettes.push({ path, colors });
      if (guessed && found.length > 0) {
        const reason = `It is not in UTF-8; it was read as ${guessed}.`;
        problems.push({
          path,
          reason,
          remedy: "Check the names of classes, or save it in UTF-8.",
          severity: "warning",
        });
      }
    } catch (error) {
      problems.push(problemOf(fileError(path, error), "warning"));
    }
  }
  return { lists, palettes, problems };
}
