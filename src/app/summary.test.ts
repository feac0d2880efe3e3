import { expect, it } from "vitest";
import { problemCounts } from "./summary";

it("names of problems only those that there are", () => {
  const of = (...severities: readonly ("error" | "warning")[]) =>
    problemCounts(severities.map((severity) => ({ severity })));
  expect(of("error", "warning", "warning")).toBe("1 left out, 2 opened with a warning");
  expect(of("error")).toBe("1 left out");
  expect(of("warning")).toBe("1 opened with a warning");
  expect(of()).toBe("");
});
