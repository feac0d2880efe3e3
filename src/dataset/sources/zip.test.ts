import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { greyPng, jpegHeader } from "../fixtures/files";
import { sourceFromZip } from "./zip";

const png = greyPng(200, 100, (pixel) => pixel % 5);
const noise = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24);

const blob = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

/** Overwrites fields of the nth central directory record. */
function tamper(zip: Uint8Array, nth: number, change: (record: DataView) => void): Uint8Array {
  const copy = zip.slice();
  let found = -1;
  for (let at = 0; at + 46 <= copy.length; at += 1) {
    const view = new DataView(copy.buffer, at);
    if (view.getUint32(0, true) === 0x02014b50 && ++found === nth) {
      change(view);
      return copy;
    }
  }
  throw new Error("no such record");
}

describe("zip source", () => {
  it("reads entries, whole and in slices, packed or stored", async () => {
    const zip = zipSync({ "set/a.png": png, "set/noise.jpg": [noise, { level: 0 }], "set/photo.jpg": noise });
    const source = await sourceFromZip(blob(zip), "My set.zip");
    expect(source.name).toBe("My set");
    expect(source.problems).toEqual([]);
    expect(source.files.map((file) => file.path)).toEqual(["set/a.png", "set/noise.jpg", "set/photo.jpg"]);
    for (const [i, content] of [png, noise, noise].entries()) {
      const file = source.files[i];
      expect(file.size).toBe(content.length);
      expect(Buffer.compare(await file.bytes(), content)).toBe(0);
      expect(Buffer.compare(await file.slice(0, 33), content.subarray(0, 33))).toBe(0);
      expect(Buffer.compare(await file.slice(0, 65536), content.subarray(0, 65536))).toBe(0);
      expect(Buffer.compare(await file.slice(content.length - 12, content.length), content.subarray(-12))).toBe(0);
    }
  });

  it("reads names of older packers, which are not UTF-8", async () => {
    const zip = zipSync({ "Br_cke/_a.png": [Uint8Array.of(1, 2), { level: 0 }] });
    const copy = zip.slice();
    zip.forEach((byte, at) => {
      if (byte === 0x5f) copy[at] = zip[at - 1] === 0x2f ? 0xe1 : 0x81;
    });
    const source = await sourceFromZip(blob(copy), "x.zip");
    expect(source.files.map((file) => file.path)).toEqual(["Brücke/ßa.png"]);
    expect(await source.files[0].bytes()).toEqual(Uint8Array.of(1, 2));
  });

  it("lists paths that lead out of the zip, and opens the rest", async () => {
    const names = ["../evil.png", "a/../../evil.png", "/etc/evil.png", "C:/evil.png", "..\\evil.png"];
    const zip = zipSync({ ...Object.fromEntries(names.map((name) => [name, png])), "good.png": png });
    const source = await sourceFromZip(blob(zip), "x.zip");
    expect(source.files.map((file) => file.path)).toEqual(["good.png"]);
    expect(source.problems).toHaveLength(names.length);
    for (const problem of source.problems) expect(problem.reason).toMatch(/leads out of the zip/);
  });

  it("skips what systems leave behind and opens zips inside", async () => {
    const zip = zipSync({
      "__MACOSX/._a.png": png,
      "a/.DS_Store": png,
      "./a/b.png": png,
      "inner.zip": zipSync({ a: png }),
      "broken.zip": png,
    });
    const source = await sourceFromZip(blob(zip), "x.zip");
    expect(source.files.map((file) => file.path)).toEqual(["a/b.png", "a"]);
    expect(source.problems.map((problem) => problem.path)).toEqual(["broken.zip"]);
  });

  it("stops an entry that unpacks to more than the zip says", async () => {
    const zip = tamper(zipSync({ "bomb.png": new Uint8Array(5_000_000) }), 0, (record) =>
      record.setUint32(24, 6000, true),
    );
    const [file] = (await sourceFromZip(blob(zip), "x.zip")).files;
    await expect(file.bytes()).rejects.toThrow(/bomb.png: It unpacks to more than the zip says/);
  });

  it("refuses sizes that cannot be true, above 300 MB, or shared data", async () => {
    const packed = zipSync({ "a.png": png, "b.png": png, "c.png": png });
    const size = (bytes: number) => (record: DataView) => record.setUint32(24, bytes, true);
    const impossible = await sourceFromZip(blob(tamper(packed, 0, size(200_000_000))), "x.zip");
    expect(impossible.problems[0]).toMatchObject({ path: "a.png", reason: expect.stringContaining("cannot be true") });
    const large = await sourceFromZip(blob(tamper(packed, 0, size(400_000_000))), "x.zip");
    expect(large.problems[0].reason).toMatch(/unpacks to 381 MB; at most 300/);
    const shared = await sourceFromZip(blob(tamper(packed, 1, (record) => record.setUint32(42, 0, true))), "x.zip");
    expect(shared.problems[0]).toMatchObject({ path: "b.png", reason: expect.stringContaining("shares its data") });
    for (const source of [impossible, large, shared]) expect(source.files).toHaveLength(2);
  });

  it("lists encrypted, linked and oddly packed entries", async () => {
    const packed = zipSync({ "a.png": png });
    const problem = async (change: (record: DataView) => void) =>
      (await sourceFromZip(blob(tamper(packed, 0, change)), "x.zip")).problems[0]?.reason;
    expect(await problem((record) => record.setUint16(8, 1, true))).toMatch(/encrypted/);
    expect(await problem((record) => record.setUint16(10, 12, true))).toMatch(/method 12/);
    expect(
      await problem((record) => {
        record.setUint8(5, 3);
        record.setUint16(40, 0xa1ff, true);
      }),
    ).toMatch(/link/);
  });

  it("notices damage inside an entry", async () => {
    const zip = zipSync({ "a.jpg": [noise, { level: 0 }], "b.png": png });
    zip[1000] ^= 1;
    const source = await sourceFromZip(blob(zip), "x.zip");
    await expect(source.files[0].bytes()).rejects.toThrow(/a.jpg: The zip is damaged at this file: its checksum/);
    await expect(source.files[1].bytes()).resolves.toBeInstanceOf(Uint8Array);
  });

  it("says so when the file is no zip or truncated", async () => {
    await expect(sourceFromZip(blob(jpegHeader(3, 3)), "x.zip")).rejects.toThrow(/x.zip: It is not a zip file/);
    const zip = zipSync({ "a.png": png });
    await expect(sourceFromZip(blob(zip.subarray(0, -40)), "x.zip")).rejects.toThrow(/truncated/);
    await expect(sourceFromZip(blob(zip.subarray(50)), "x.zip")).rejects.toThrow(/truncated|damaged/);
  });

  describe("whose end record and directory disagree", () => {
    const zip = zipSync({ "a.png": png, "b.png": png, "c.png": png });
    const endAt = zip.length - 22;
    const [directorySize, directoryStart] = [12, 16].map((field) =>
      new DataView(zip.buffer).getUint32(endAt + field, true),
    );
    const withEnd = (count: number, size: number, from = zip) => {
      const copy = from.slice();
      const end = new DataView(copy.buffer, copy.length - 22);
      end.setUint16(8, count, true);
      end.setUint16(10, count, true);
      end.setUint32(12, size, true);
      return sourceFromZip(blob(copy), "x.zip");
    };

    it("is not opened in part: fewer or more files than listed", async () => {
      for (const count of [0, 2, 4]) {
        await expect(withEnd(count, directorySize)).rejects.toMatchObject({
          path: "x.zip",
          reason: `Its end record says that it holds ${count} files, its directory lists 3.`,
          remedy: "Download or pack the zip again.",
        });
      }
      expect((await withEnd(3, directorySize)).files).toHaveLength(3);
    });

    it("is not opened in part: a directory that goes on after its end", async () => {
      const third = directorySize / 3;
      for (const count of [1, 2, 3]) {
        await expect(withEnd(count, count * third - (count === 3 ? 1 : 0))).rejects.toMatchObject({
          path: "x.zip",
          reason: "It is damaged: its directory does not end where its end record says.",
        });
      }
    });

    it("is opened whole where only the count's upper bits are missing", async () => {
      // 65,538 records of the same three files: what packers without zip64 write, counted modulo 65,536.
      const records = zip.subarray(directoryStart, endAt);
      const end = zip.subarray(endAt);
      const many = new Uint8Array(directoryStart + 21846 * records.length + end.length);
      many.set(zip.subarray(0, directoryStart));
      for (let i = 0; i < 21846; i += 1) many.set(records, directoryStart + i * records.length);
      many.set(end, many.length - end.length);
      const source = await withEnd(65538 - 65536, 21846 * records.length, many);
      expect(source.files.length + source.problems.length).toBe(65538);
    });
  });

  it("says so when the file is one part of several", async () => {
    const zip = zipSync({ "a.png": png });
    new DataView(zip.buffer).setUint16(zip.length - 22 + 4, 2, true);
    await expect(sourceFromZip(blob(zip), "x.zip")).rejects.toMatchObject({
      path: "x.zip",
      reason: "It is one part of a split zip.",
    });
  });

  it("reads the 64-bit fields of large zips", async () => {
    // A zip64 archive of one stored entry, its sizes and offsets in the extra field and the zip64 end record.
    const name = new TextEncoder().encode("a.png");
    const plain = zipSync({ "a.png": [png, { level: 0 }] });
    const local = plain.subarray(0, 30 + name.length + png.length);
    const record = new Uint8Array(46 + name.length + 28);
    const fields = new DataView(record.buffer);
    record.set(plain.subarray(local.length, local.length + 46));
    for (const [offset, value] of [
      [20, 0xffffffff],
      [24, 0xffffffff],
      [42, 0xffffffff],
    ])
      fields.setUint32(offset, value, true);
    fields.setUint16(30, 28, true);
    record.set(name, 46);
    fields.setUint16(46 + name.length, 1, true);
    fields.setUint16(48 + name.length, 24, true);
    [png.length, png.length, 0].forEach((value, i) => {
      fields.setBigUint64(50 + name.length + 8 * i, BigInt(value), true);
    });
    const end = new Uint8Array(56 + 20 + 22);
    const endView = new DataView(end.buffer);
    endView.setUint32(0, 0x06064b50, true);
    [1, 1, record.length, local.length].forEach((value, i) => {
      endView.setBigUint64(24 + 8 * i, BigInt(value), true);
    });
    endView.setUint32(56, 0x07064b50, true);
    endView.setBigUint64(64, BigInt(local.length + record.length), true);
    endView.setUint32(76, 0x06054b50, true);
    endView.setUint16(84, 0xffff, true);
    endView.setUint16(86, 0xffff, true);
    const source = await sourceFromZip(new Blob([local.slice(), record, end]), "big.zip");
    expect(Buffer.compare(await source.files[0].bytes(), png)).toBe(0);
  });
});
