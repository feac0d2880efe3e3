import { expect, it } from "vitest";
import { parseOptions } from "./options";

it("has defaults that a software adapter gets through", () => {
  expect(parseOptions([])).toEqual({ rounds: 3, finds: 1, seconds: 3600, skip: new Set() });
});

it("reads every option", () => {
  expect(parseOptions(["--rounds", "30", "--finds=5", "--seconds", "80", "--skip", "find,wasm"])).toEqual({
    rounds: 30,
    finds: 5,
    seconds: 80,
    skip: new Set(["find", "wasm"]),
  });
});

it("refuses what it does not know, by name", () => {
  expect(() => parseOptions(["--rounds", "0"])).toThrow('--rounds wants a whole number from 1, not "0"');
  expect(() => parseOptions(["--finds", "1.5"])).toThrow("--finds");
  expect(() => parseOptions(["--skip", "find,golden"])).toThrow('not "golden"');
  expect(() => parseOptions(["--round", "3"])).toThrow("--round");
});
