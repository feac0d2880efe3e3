import { expect, it } from "vitest";
import { parseEngineOptions } from "./engineOptions";

it("reads the backend and the model", () => {
  expect(parseEngineOptions("?backend=webgpu&model=lmae-base")).toEqual({ backend: "webgpu", model: "lmae-base" });
  expect(parseEngineOptions("?backend=cpu")).toEqual({ backend: "cpu" });
  expect(parseEngineOptions("")).toEqual({});
});

it("leaves out what it does not know, and anything that is not a plain folder name", () => {
  expect(parseEngineOptions("?backend=webgl&model=../secret")).toEqual({});
  expect(parseEngineOptions("?model=https://elsewhere.example/model")).toEqual({});
  expect(parseEngineOptions("?model=a/b&backend=")).toEqual({});
});
