import { expect, it } from "vitest";
import { isForbidden } from "./storage";

it("a database that the browser forbids is told from one that may come about", () => {
  const named = (name: string) => isForbidden(new DOMException("", name));
  expect(["SecurityError", "InvalidStateError", "NotAllowedError"].map(named)).toEqual([true, true, true]);
  expect(["UnknownError", "AbortError", "QuotaExceededError", "VersionError"].map(named)).not.toContain(true);
  expect(isForbidden(new ReferenceError("indexedDB is not defined"))).toBe(true);
});
