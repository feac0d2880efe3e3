import { pixels } from "../../app/summary";
import { createStrokeTool } from "./strokeTool";
import type { Tool } from "./types";

/** Paints the chosen class. Inside the mask the painted pixels become hints for the model (the document sees to it). */
export function createClassBrush(): Tool {
  return createStrokeTool(({ document, classId, nameOf }) => {
    const name = nameOf(classId);
    return {
      name: `Paint ${name}`,
      apply: (edit, region) => edit.setLabel(region, classId),
      done: () => {
        const { changedPixels, hintPixels } = document.store.getState();
        const hints = hintPixels > 0 ? `, ${pixels(hintPixels)} given as hints` : "";
        return `Painted ${name}: ${pixels(changedPixels)} differ from the file${hints}`;
      },
    };
  });
}
