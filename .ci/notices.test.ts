import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { noticesPath, thirdPartyNotices } from "./notices.mjs";

it("lists the installed packages (else run: npm run notices)", () => {
  expect(readFileSync(noticesPath, "utf8")).toBe(thirdPartyNotices());
});
