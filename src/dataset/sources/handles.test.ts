import { zipSync } from "fflate";
import { expect, it } from "vitest";
import { memoryFolder } from "../fixtures/folder";
import { sourceFromHandles } from "./handles";

const content = Uint8Array.of(1, 2, 3);
const folder = (name: string, ...paths: readonly string[]) =>
  memoryFolder(name, Object.fromEntries(paths.map((path) => [path, content]))).handle;
const fileIn = (name: string, bytes: Uint8Array) => memoryFolder("", { [name]: bytes }).handle.getFileHandle(name);
const paths = (source: { files: readonly { path: string }[] }) => source.files.map((file) => file.path).sort();

it("opens a zip as what is in it", async () => {
  const source = await sourceFromHandles([await fileIn("set.zip", zipSync({ "images/a.jpg": content }))]);
  expect([source.name, paths(source)]).toEqual(["set", ["images/a.jpg"]]);
  expect(await source.files[0].bytes()).toEqual(content);
});

it("keeps a folder's handle, so that labels can be saved back into it", async () => {
  const set = folder("set", "labels/a.png");
  const source = await sourceFromHandles([set]);
  expect([source.name, source.root, paths(source)]).toEqual(["set", set, ["labels/a.png"]]);
});

it("joins several", async () => {
  const both = await sourceFromHandles([folder("photos", "images/a.jpg"), folder("masks", "labels/a.png")]);
  expect(paths(both)).toEqual(["images/a.jpg", "labels/a.png"]);
  const zip = await fileIn("more.zip", zipSync({ "images/b.jpg": content }));
  expect(paths(await sourceFromHandles([folder("photos", "images/a.jpg"), zip]))).toEqual([
    "images/a.jpg",
    "images/b.jpg",
  ]);
});
