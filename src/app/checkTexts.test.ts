import { expect, it } from "vitest";
import { allLeftOut } from "./checkTexts";

it("says why a rule has nothing to do", () => {
  expect(allLeftOut("pinholes", 1)).toBe("The pinhole is left out: take it in");
  expect(allLeftOut("smears", 3)).toBe("All 3 smeared runs are left out: take one in");
});
