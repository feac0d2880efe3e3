import { type ClassEntry, type ClassListKind, isRecord } from "./classEntry";
import { listIn } from "./json";
import { isName } from "./names";
import { pythonAssignments } from "./python";

/** What code calls a list of classes, and one of their colours: CLASSES, VOC_CLASSES, self.class_names; PALETTE. */
const listName =
  /(^|_)(class(es)?(_?(names?|list|dict|map|labels?))?|names|labels?(_?(names?|map|list))?|categories|id2(label|name|class)|(label|name|class)2id|metainfo)$/i;
const colorName = /(palette|colou?rs?(_?(map|list|table))?|cmap)$/i;

/**
 * Python code that gives classes as literals: mmsegmentation's METAINFO (or CLASSES with PALETTE), lists and dicts of
 * names, cityscapesScripts' `labels = [Label(...), ...]`.
 */
export const pythonCode: ClassListKind = {
  name: "Python code",
  read({ text, value }) {
    if (value !== undefined || !/^[ \t]*(from|import|def|class|@|#|"""|'''|[\w.]+[ \t]*(:[^=\n]+)?=)/m.test(text))
      return null;
    const assigned = Object.entries(pythonAssignments(text)).filter(
      ([, each]) => Array.isArray(each) || isRecord(each),
    );
    const palette = assigned.find(([name]) => colorName.test(name))?.[1];
    for (const [, list] of assigned.filter(([name]) => listName.test(name))) {
      const own = isRecord(list) && ("classes" in list || "CLASSES" in list) ? list : { classes: list, palette };
      const entries = listIn(own, 0);
      if (entries) return entries;
    }
    // Names by id under any name: CelebAMask-HQ's `atts`.
    const named = assigned.find(([, each]) => isRecord(each) && namesIds(each))?.[1];
    if (named) return listIn(named, 0);
    // {"road": (128, 64, 128)}
    return palette === undefined || Array.isArray(palette) ? null : listIn(palette, 0);
  },
};

/** TensorFlow's label map: `item { id: 1 name: "cat" }`. */
export const labelMapProto: ClassListKind = {
  name: "TensorFlow label map",
  read({ text, value }) {
    if (value !== undefined || !/\bitem\s*\{/.test(text)) return null;
    const plain = text.replace(/(^|\s)#[^\n]*/g, "");
    const bodies = plain
      .split("}")
      .slice(0, -1)
      .flatMap((part) => /\bitem\s*\{([\s\S]*)$/.exec(part)?.[1] ?? []);
    const entries = bodies.map((body): ClassEntry | null => {
      const id = /\bid\s*:\s*(\d{1,9})/.exec(body)?.[1];
      const name = /\bdisplay_name\s*:\s*(["'])(.*?)\1/.exec(body)?.[2] ?? /\bname\s*:\s*(["'])(.*?)\1/.exec(body)?.[2];
      return id !== undefined && name ? { id: Number(id), name: name.trim() } : null;
    });
    return entries.length > 0 && entries.every((entry) => entry !== null) ? entries : null;
  },
};

function namesIds(map: Readonly<Record<string, unknown>>): boolean {
  const pairs = Object.entries(map);
  return (
    pairs.length > 1 && pairs.every(([key, name]) => /^\d{1,5}$/.test(key) && typeof name === "string" && isName(name))
  );
}
