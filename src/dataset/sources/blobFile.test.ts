import { describe, expect, it } from "vitest";
import { greyPng, jpegHeader } from "../fixtures/files";
import { inspectPair } from "../inspect";
import type { SourceFile } from "../types";
import { blobFile, handleFile, wholeBytes } from "./blobFile";

/** A File that counts what is asked of it. */
class CountingFile extends File {
  asked = { slices: 0, readings: 0, revisions: 0 };

  override slice(start?: number, end?: number): Blob {
    this.asked.slices += 1;
    return super.slice(start, end);
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.asked.readings += 1;
    return super.arrayBuffer();
  }

  override get lastModified(): number {
    this.asked.revisions += 1;
    return 77;
  }
}

const fileOf = (bytes: Uint8Array, name: string) => new CountingFile([new Uint8Array(bytes)], name);
const [photo, label] = [jpegHeader(4, 3), greyPng(4, 3)];

describe("a file of the browser", () => {
  it("is asked for once to look at it, in no parts", async () => {
    const files = [fileOf(label, "a.png"), fileOf(photo, "a.jpg")];
    const [asLabel, asPhoto] = files.map((file) => blobFile(file.name, file));
    const { item } = await inspectPair(asLabel, asPhoto);
    expect(files.map(({ asked }) => asked)).toEqual([
      { slices: 0, readings: 1, revisions: 0 },
      { slices: 0, readings: 1, revisions: 0 },
    ]);
    expect([item.label, item.image]).toEqual([asLabel, asPhoto]);
    expect(item.label.revision).toBe(77);
    expect(await item.label.bytes()).toEqual(label);
  });

  it.each([9, wholeBytes, wholeBytes + 9])("of %i bytes gives the parts that a Blob gives", async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
    const file = fileOf(bytes, "a.bin");
    const source = blobFile("a.bin", file);
    for (const [start, end] of [
      [0, 4],
      [size - 3, size],
      [2, size + 50],
      [-2, size],
      [size + 1, size + 9],
    ]) {
      const part = new Uint8Array(await new Blob([bytes]).slice(start, end).arrayBuffer());
      expect(await source.slice(start, end)).toEqual(part);
    }
    expect(file.asked.slices).toBe(size > wholeBytes ? 5 : 0);
  });

  it("is asked for anew behind a handle after its first reading: it may have been saved since", async () => {
    let [content, times] = ["old", 0];
    const getFile = async () => {
      times += 1;
      return new File([content], "a.txt");
    };
    const source: SourceFile = await handleFile("a.txt", {
      ...{ kind: "file", name: "a.txt", getFile },
      createWritable: () => Promise.reject(new Error("unexpected")),
    });
    const text = async () => new TextDecoder().decode(await source.bytes());
    expect([await text(), times]).toEqual(["old", 1]);
    content = "new";
    expect([await text(), times]).toEqual(["new", 2]);
    expect([await text(), times]).toEqual(["new", 3]);
  });

  it("that changed before its first reading is asked for anew", async () => {
    const gone = Object.assign(new File(["old"], "a.txt"), { arrayBuffer: () => Promise.reject(new Error("changed")) });
    const files = [gone, new File(["new"], "a.txt")];
    const source = await handleFile("a.txt", {
      ...{ kind: "file", name: "a.txt", getFile: async () => files.shift() ?? gone },
      createWritable: () => Promise.reject(new Error("unexpected")),
    });
    expect(new TextDecoder().decode(await source.bytes())).toBe("new");
    await expect(source.bytes()).rejects.toThrow("changed");
  });
});
