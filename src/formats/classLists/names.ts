import type { ClassEntry, ClassListKind } from "./classEntry";
import { headingRole } from "./headings";

/** One name a line (classes.txt, codes.txt, obj.names); labelme's class_names.txt begins with its ignore class, id -1. */
export const nameLines: ClassListKind = {
  name: "one name a line",
  read({ lines, value }) {
    if (value !== undefined || lines.length === 0) return null;
    const names = (lines.length === 1 ? inOneLine(lines[0]) : lines).map((line) =>
      unquote(line.replace(/[,;]$/, "").trim()),
    );
    if (isTable(names)) return null;
    const listed = /^__ignore__$/i.test(names[0]) || isHeading(names) ? names.slice(1) : names;
    if (listed.length === 0 || listed.length > maxNames || !listed.every(isName)) return null;
    return listed.map((name): ClassEntry => ({ name }));
  },
};

/** "sky, road, tree" */
function inOneLine(line: string): readonly string[] {
  const parts = line.split(/[,;|\t]/).filter((part) => part.trim() !== "");
  return parts.length > 1 ? parts : [line];
}

/** Lines of cells are no names, whatever the cells mean. */
function isTable(lines: readonly string[]): boolean {
  return lines.length > 1 && [/;/, /\t/, /,/, /\S\s{2,}\S/].some((by) => lines.every((line) => by.test(line)));
}

/** A table of one column. */
function isHeading([first, ...rest]: readonly string[]): boolean {
  const role = headingRole(first);
  const isPlain = /^(objects?|no|ad|cor|title|value|key|grey|gray|vert|rot|red|green|blue|intensity)$/i.test(
    first.trim(),
  );
  return rest.length > 0 && !isPlain && (role === "name" || role === "either");
}

/** As many as ids of 16 bits. */
const maxNames = 65536;

/** Whether a text can be a class's name rather than a sentence, a file's name, a number or a piece of code. */
export function isName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 80 &&
    /\p{L}/u.test(text) &&
    text.split(/\s+/).length <= 8 &&
    !/\.(jpe?g|png|tiff?|bmp|gif|webp|json|txt|xml|csv|mat|npy|zip|py)\b/i.test(text) &&
    !/^[\d.]+[\s,;:]+[\d.]+/.test(text) &&
    !/[<>{}=|\\`]|:\/\/|[.!?]\s|[.!?]$|^[-*#]\s/.test(text)
  );
}

export function unquote(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2].trim() ?? text;
}
