/** Where an EXIF block keeps the orientation, to read it and to overwrite it. */
export interface OrientationTag {
  /** 1..8 as in EXIF 2.3: 1 upright, 3 turned by 180 degrees, 6 and 8 by 90, the even ones mirrored. */
  readonly value: number;
  /** Offset of the 16-bit value in the file. */
  readonly offset: number;
  readonly littleEndian: boolean;
}

/** Finds tag 0x0112 in IFD0 of the TIFF block at `start` (the byte after "Exif\0\0"); null when there is none. */
export function findOrientation(bytes: Uint8Array, start: number): OrientationTag | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 8 > bytes.length) return null;
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  const directory = start + view.getUint32(start + 4, littleEndian);
  if (directory + 2 > bytes.length) return null;
  const count = view.getUint16(directory, littleEndian);
  for (let i = 0, at = directory + 2; i < count && at + 12 <= bytes.length; i += 1, at += 12) {
    if (view.getUint16(at, littleEndian) !== 0x0112) continue;
    const value = view.getUint16(at + 8, littleEndian);
    return value >= 1 && value <= 8 ? { value, offset: at + 8, littleEndian } : null;
  }
  return null;
}
