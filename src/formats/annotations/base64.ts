import { FormatError } from "../errors";

/** @throws FormatError */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new FormatError("A mask within the file is no valid base64.", "Export the annotations again.");
  }
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // Arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
