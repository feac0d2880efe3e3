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
    const before = document.labels.data[y * document.width + x];
    const { version, locked } = document.store.getState();
    document.edit(`Fill with ${name}`, (edit) => edit.setLabel(region, classId));
    const isLocked = locked.has(classId) || locked.has(before);
    if (document.store.getState().version > version) announce(`Filled ${pixels(regionArea(region))} with ${name}`);
    else announce(isLocked ? "Nothing filled: a locked class is never changed" : `It is ${name} already`);
  });
}
