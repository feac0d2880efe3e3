import { expect, it } from "vitest";
import { allLeftOut, nothingText } from "./checkTexts";

it("says why a rule has nothing to do", () => {
  expect(allLeftOut("pinholes", 1)).toBe("The pinhole is left out: take it in");
  expect(allLeftOut("smears", 3)).toBe("All 3 smeared runs are left out: take one in");
});

it("does not say that nothing is left while labels wait to be checked", () => {
  expect(nothingText(0, null)).toBe("Nothing is left to change");
  expect(nothingText(26, "running")).toBe("Labels are being checked again");
  for (const state of [null, "paused"] as const) expect(nothingText(26, state)).toBe("Nothing in the checked labels");
});
