import { Loader } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { SmallHeat } from "../../app/heats";
import type { Thumbnail } from "../../dataset/thumbnails/thumbnail";
import type { DatasetItem } from "../../dataset/types";
import { toBase64 } from "../../formats/annotations/base64";
import { heatPixels } from "../canvas/heatPixels";
import { useCanvas } from "../canvas/useCanvas";
import { useApp, useSession, useSettings } from "../context";
import classes from "./dataset.module.css";
import { usePalette } from "./usePalette";

/**
 * The photograph under its label as it is worked on. While the pointer is on it, it is shown alone; under its heat map while
 * that is asked for.
 */
export function TilePicture({ item }: { readonly item: DatasetItem }) {
  const { thumbnails, heats } = useApp();
  const thumbnail = useStore(thumbnails.ready, (ready) => ready.get(item.key));
  const heat = useStore(heats.shown, ({ heats: of }) => of?.get(item.key));
  const failure = useSession((state) => state.unreadable.get(item.key));
  const opacity = useSettings((state) => state.labelOpacity);
  const isHidden = useSettings((state) => state.labelsHidden);
  if (failure !== undefined) return <div className={classes.waiting}>This image cannot be read</div>;
  if (thumbnail === undefined) return <Waiting />;
  const { photo, photoFailure } = thumbnail;
  return (
    <>
      {photo !== null && <Photo photo={photo} />}
      {photoFailure !== null && <span className={classes.note}>no picture: {photoFailure}</span>}
      {heat !== undefined && <Heat of={heat} />}
      {heat === undefined && !isHidden && <Overlay thumbnail={thumbnail} opacity={photo === null ? 1 : opacity} />}
    </>
  );
}

/** Nothing at first: most thumbnails come in a blink. */
function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return <div className={classes.waiting}>{isLong && <Loader size={16} color="gray" />}</div>;
}

function Photo({ photo }: { readonly photo: Uint8Array<ArrayBuffer> }) {
  // A Blob for each would keep the page waiting for the browser, a third of a millisecond a tile.
  const url = useMemo(() => `data:image/jpeg;base64,${toBase64(photo)}`, [photo]);
  return <img className={classes.layer} src={url} alt="" draggable={false} decoding="async" />;
}

function Overlay({ thumbnail, opacity }: { readonly thumbnail: Thumbnail; readonly opacity: number }) {
  const { canvas, made, attach } = useCanvas();
  const palette = usePalette();
  const { width, height, ids } = thumbnail;
  useLayoutEffect(() => {
    const context = canvas?.getContext("2d");
    if (!context) return;
    const { pixels, image } = blank(width, height);
    let at = 0;
    for (let i = 0; i + 1 < ids.length; i += 2) {
      pixels.fill(palette[ids[i + 1]], at, at + ids[i]);
      at += ids[i];
    }
    context.putImageData(image, 0, 0);
  }, [ids, palette, width, height, canvas]);
  return (
    <canvas
      key={made}
      ref={attach}
      className={`${classes.layer} ${classes.overlay}`}
      width={width}
      height={height}
      style={{ opacity }}
    />
  );
}

function Heat({ of: { heat, width, height } }: { readonly of: SmallHeat }) {
  const { canvas, made, attach } = useCanvas();
  useLayoutEffect(() => {
    const { pixels, image } = blank(width, height);
    heatPixels(heat, width)({ x: 0, y: 0, width, height }, pixels);
    canvas?.getContext("2d")?.putImageData(image, 0, 0);
  }, [heat, width, height, canvas]);
  return <canvas key={made} ref={attach} className={classes.layer} data-heat width={width} height={height} />;
}

/** What tiles are drawn from, one after the other: a third of a megabyte for each would soon have to be collected. */
let scratch = new Uint32Array(0);

/** An image of nothing, to be drawn before another one is asked for. */
function blank(width: number, height: number): { readonly pixels: Uint32Array; readonly image: ImageData } {
  const count = width * height;
  if (scratch.length < count) scratch = new Uint32Array(count);
  const pixels = scratch.subarray(0, count).fill(0);
  return { pixels, image: new ImageData(new Uint8ClampedArray(scratch.buffer, 0, 4 * count), width, height) };
}
