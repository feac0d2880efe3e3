import { createClickTool } from "./clickTool";
import type { Tool } from "./types";

/** Takes the class under the click for painting. */
export function createPickClass(): Tool {
  return createClickTool("crosshair", ({ document, pickClass }, x, y) => {
    pickClass(document.labels.data[y * document.width + x]);
  });
}
