import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { memoryFolder } from "../fixtures/folder";
import { sourceFromDirectory } from "./directory";
import { type EntryLike, sourceFromDrop } from "./drop";
import { sourceFromFiles } from "./files";
import { sourceFromSample } from "./sample";

const content = Uint8Array.of(1, 2, 3);

function upload(path: string): File {
  const file = new File([content], path.slice(path.lastIndexOf("/") + 1));
  return Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
}

const paths = (source: { files: readonly { path: string }[] }) => source.files.map((file) => file.path);

describe("folder upload", () => {
  it("takes the folder's name and leaves junk out", async () => {
    const source = await sourceFromFiles(["set/images/a.jpg", "set/.DS_Store", "set/more.zip"].map(upload));
    expect(source.name).toBe("set");
    expect(paths(source)).toEqual(["images/a.jpg"]);
    expect(await source.files[0].bytes()).toEqual(content);
    expect(source.problems.map((problem) => problem.path)).toEqual(["more.zip"]);
  });

  it("takes loose files, and a zip alone as what is in it", async () => {
    expect(paths(await sourceFromFiles(["a.jpg", "a.png"].map(upload)))).toEqual(["a.jpg", "a.png"]);
    const zip = new File([new Uint8Array(zipSync({ "x/a.png": content }))], "x.zip");
    expect(paths(await sourceFromFiles([zip]))).toEqual(["x/a.png"]);
  });
});

describe("directory handle", () => {
  it("is read with its subfolders, without backups", async () => {
    const folder = memoryFolder("set", {
      "images/deep/a.jpg": content,
      "masks/a.png": content,
      ".maskmend-backup/masks/a.png": content,
    });
    const source = await sourceFromDirectory(folder.handle);
    expect(source.name).toBe("set");
    expect(source.root).toBe(folder.handle);
    expect(paths(source)).toEqual(["images/deep/a.jpg", "masks/a.png"]);
  });
});

describe("drop", () => {
  const file = new File([content], "a.png");
  const fileEntry: EntryLike = { isFile: true, isDirectory: false, name: "a.png", file: (found) => found(file) };
  const folderEntry = (name: string, batches: EntryLike[][]): EntryLike => ({
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => {
      const rest = [...batches];
      return { readEntries: (found) => found(rest.shift() ?? []) };
    },
  });

  it("prefers a handle, which allows saving in place", async () => {
    const folder = memoryFolder("set", { "masks/a.png": content });
    const item = { kind: "file", getAsFileSystemHandle: async () => folder.handle, getAsFile: () => null };
    const source = await sourceFromDrop({ items: [{ kind: "string" }, item] });
    expect(source.root).toBe(folder.handle);
  });

  it("walks folders without handles, in as many batches as the browser gives", async () => {
    const entry = folderEntry("set", [[folderEntry("masks", [[fileEntry], [{ ...fileEntry, name: "b.png" }]])], []]);
    const source = await sourceFromDrop({
      items: [{ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => null }],
    });
    expect(source.name).toBe("set");
    expect(paths(source)).toEqual(["masks/a.png", "masks/b.png"]);
  });

  it("lists a file that cannot be read and keeps the rest", async () => {
    const gone: EntryLike = { ...fileEntry, name: "gone.png", file: (_, failed) => failed(new Error("NotFoundError")) };
    const entry = folderEntry("set", [[gone, fileEntry], []]);
    const source = await sourceFromDrop({
      items: [{ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => null }],
    });
    expect(paths(source)).toEqual(["a.png"]);
    expect(source.problems.map((problem) => problem.path)).toEqual(["set/gone.png"]);
  });

  it("takes loose files and zips", async () => {
    const drop = (dropped: File) => ({
      items: [{ kind: "file", webkitGetAsEntry: () => fileEntry, getAsFile: () => dropped }],
    });
    expect(paths(await sourceFromDrop(drop(file)))).toEqual(["a.png"]);
    const zip = new File([new Uint8Array(zipSync({ "m/b.png": content }))], "m.zip");
    expect(paths(await sourceFromDrop(drop(zip)))).toEqual(["m/b.png"]);
  });
});

describe("sample", () => {
  const served: Readonly<Record<string, string | Uint8Array>> = {
    "/samples/index.json": '{"name": "Sample", "files": ["images/a b.png"]}',
    "/samples/images/a%20b.png": content,
  };
  const fetchFile = async (url: RequestInfo | URL) => {
    const body = served[String(url)];
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body as BodyInit);
  };

  it("is fetched from its index", async () => {
    const source = await sourceFromSample("/samples", fetchFile);
    expect(source.name).toBe("Sample");
    expect(paths(source)).toEqual(["images/a b.png"]);
    expect(await source.files[0].bytes()).toEqual(content);
  });

  it("that is missing says so", async () => {
    await expect(sourceFromSample("/elsewhere/", fetchFile)).rejects.toThrow(/index.json: .*HTTP 404.*Reload/);
  });
});
