import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { memoryFolder } from "../fixtures/folder";
import { sourceFromDirectory } from "./directory";
import { type EntryLike, sourceFromDrop } from "./drop";
import { sourceFromFiles } from "./files";
import { mergeSources } from "./merge";
import { sourceFromSample } from "./sample";

const content = Uint8Array.of(1, 2, 3);

function upload(path: string): File {
  const file = new File([content], path.slice(path.lastIndexOf("/") + 1));
  return Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
}

const paths = (source: { files: readonly { path: string }[] }) => source.files.map((file) => file.path);

describe("folder upload", () => {
  it("takes the folder's name and leaves junk out", async () => {
    const source = await sourceFromFiles(
      ["set/images/a.jpg", "set/images/b.png.crswap", "set/.DS_Store", "set/more.zip"].map(upload),
    );
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

describe("several things at once", () => {
  const zip = (name: string, files: Readonly<Record<string, Uint8Array>>) =>
    new File([new Uint8Array(zipSync(files))], name);

  it("two zips are one source, apart where their paths collide or lie at the top", async () => {
    const apart = await sourceFromFiles([
      zip("left.zip", { "left/a.png": content }),
      zip("gt.zip", { "gt/a.png": content }),
    ]);
    expect(paths(apart)).toEqual(["left/a.png", "gt/a.png"]);
    expect(apart.name).toBe("left + gt");
    const flat = await sourceFromFiles([
      zip("images.zip", { "a.png": content }),
      zip("masks.zip", { "a.png": content }),
    ]);
    expect(paths(flat)).toEqual(["images/a.png", "masks/a.png"]);
    expect(await flat.files[1].bytes()).toEqual(content);
  });

  it("a zip beside files, in a folder and in a zip is opened where it lies", async () => {
    const masks = zip("masks.zip", { "a.png": content });
    expect(paths(await sourceFromFiles([upload("a.jpg"), masks]))).toEqual(["a.jpg", "masks/a.png"]);
    const bytes = new Uint8Array(await masks.arrayBuffer());
    const folder = memoryFolder("set", { "images/a.jpg": content, "deep/gt.zip": zipSync({ "gt/a.png": content }) });
    expect(paths(await sourceFromDirectory(folder.handle))).toEqual(["images/a.jpg", "deep/gt/a.png"]);
    expect(paths(await sourceFromFiles([zip("all.zip", { "in/masks.zip": bytes })]))).toEqual(["in/masks/a.png"]);
    const deep = await sourceFromFiles([zip("a.zip", { "b.zip": zipSync({ "c.zip": bytes }) })]);
    expect(deep.problems).toMatchObject([{ path: "c.zip", severity: "error" }]);
  });

  it("a zip that lies unpacked beside itself is not taken twice, and a damaged one is listed", async () => {
    const folder = memoryFolder("set", {
      "gt/a.png": content,
      "gt.zip": zipSync({ "gt/a.png": content }),
      "b.zip": content,
    });
    const source = await sourceFromDirectory(folder.handle);
    expect(paths(source)).toEqual(["gt/a.png"]);
    expect(source.problems).toMatchObject([{ path: "b.zip", severity: "error" }]);
  });

  it("files added later keep the paths of what is open", async () => {
    const open = await sourceFromFiles([zip("cvat.zip", { "SegmentationClass/a.png": content })]);
    const photos = await sourceFromFiles([upload("a.jpg")]);
    expect(paths(mergeSources(open, photos))).toEqual(["SegmentationClass/a.png", "a.jpg"]);
    expect(paths(mergeSources(open, photos, photos))).toEqual(["SegmentationClass/a.png", "a.jpg"]);
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
