import { type ClassEntry, type ClassListKind, rgbOf } from "./classEntry";

/** CVAT's labelmap.txt: `name:r,g,b:parts:actions`, the index is the order of lines. */
export const cvatLabelmap: ClassListKind = {
  name: "CVAT label map",
  read({ lines }) {
    const entries = lines.map((line): ClassEntry | null => {
      const match = /^([^:]+):(\d+),(\d+),(\d+):[^:]*:[^:]*$/.exec(line);
      const color = match && rgbOf(match.slice(2, 5));
      return match && color ? { name: match[1].trim(), color } : null;
    });
    return entries.length > 0 && entries.every((entry) => entry !== null) ? entries : null;
  },
};
