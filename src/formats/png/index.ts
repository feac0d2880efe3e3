export { isPng } from "./chunks";
export { decodePng, type PngImage } from "./decode";
export { type HeadChange, type NewPng, replacePixels, writePng } from "./encode";
export { channelsOf, maxPixels, type PngHeader, pngColorType, pngHeaderBytes, readPngHeader } from "./header";
