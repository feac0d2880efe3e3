import { pixels } from "../../app/summary";
import { floodRegion } from "../../core/flood";
import { regionArea } from "../../core/region";
import { createClickTool } from "./clickTool";
import type { Tool } from "./types";

/** Gives the connected region under the click the chosen class. */
export function createFill(): Tool {
  return createClickTool("crosshair", ({ document, classId, nameOf, announce }, x, y) => {
    const region = floodRegion(document.labels, x, y);
    const name = nameOf(classId);
    document.edit(`Fill with ${name}`, (edit) => edit.setLabel(region, classId));
    announce(`Filled ${pixels(regionArea(region))} with ${name}`);
  });
}
