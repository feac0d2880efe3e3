import { type ClassEntry, type ClassListKind, rgbOf } from "./classEntry";

/** The header of an ENVI classification: `class names = {Unclassified, water}`, with `class lookup = {r, g, b, ...}`. */
export const enviClasses: ClassListKind = {
  name: "ENVI header",
  read({ text }) {
    if (!/^\s*ENVI\b/.test(text)) return null;
    const names = valuesOf(text, "class names");
    const lookup = valuesOf(text, "class lookup").map(Number);
    const hasColors = lookup.length === 3 * names.length;
    const entries = names.map((name, id): ClassEntry => {
      const color = hasColors ? rgbOf(lookup.slice(3 * id, 3 * id + 3)) : null;
      return { id, name, ...(color ? { color } : {}) };
    });
    return entries.length > 0 && entries.every(({ name }) => name !== "") ? entries : null;
  },
};

function valuesOf(text: string, key: string): string[] {
  const head = new RegExp(`^[ \\t]*${key}\\s*=\\s*\\{`, "im").exec(text);
  const start = head ? head.index + head[0].length : 0;
  const end = head ? text.indexOf("}", start) : -1;
  return end < 0
    ? []
    : text
        .slice(start, end)
        .split(",")
        .map((value) => value.trim());
}
