import type { RuleName } from "../../review/lint/types";
import type { UiApp } from "../context";

/** Shows what a rule finds in the images of the data set as a wall of crops. */
export function openRule({ queueing, lintWall }: UiApp, rule: RuleName): void {
  queueing.open("lint");
  lintWall.open(rule);
}
