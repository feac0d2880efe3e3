import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { OpenImage } from "../../app/session";
import type { Rect } from "../../core/rect";
import type { Suggestion } from "../../review/types";
import { asStage } from "../canvas/focus";
import { PictureFilter, usePictureFilter } from "../canvas/PictureFilter";
import { displayPalette } from "../canvas/palette";
import { drawPhoto } from "../canvas/photoPainter";
import { useCanvas } from "../canvas/useCanvas";
import { panBy, showRect, type Viewport, zoomTo } from "../canvas/viewport";
import { useDisplayClasses, useDocument, useSettings } from "../context";
import { drawFinding, drawLabels, labelsWith, visiblePart } from "./findingPainter";
import classes from "./queue.module.css";
import { SplitLine } from "./SplitLine";
import { findingView, splitThrough } from "./viewStore";
import { zooming } from "./zooming";

/** So many times the finding's size is in sight at first. */
const context = 2.5;

interface FindingCanvasProps {
  readonly image: OpenImage;
  /** As it stands. */
  readonly suggestion: Suggestion;
  /** As it was found: what is shown does not move with what a lock keeps. */
  readonly bounds: Rect;
}

/** The photograph around a finding, left of a line with the label as it is, right of it with the label as it would be. */
export function FindingCanvas({ image, suggestion, bounds }: FindingCanvasProps) {
  const { document } = image;
  const { ref, width, height } = useElementSize();
  const [photo, over] = [useCanvas(), useCanvas()];
  const size = useMemo(() => ({ width, height }), [width, height]);
  const [view, setView] = useState<Viewport | null>(null);
  const { splitAt, filled } = useStore(findingView);
  const opacity = useSettings((state) => state.labelOpacity);
  const hidden = useSettings((state) => state.labelsHidden);
  const original = useSettings((state) => state.originalShown);
  const hiddenClasses = useSettings((state) => state.hiddenClasses);
  const table = useDisplayClasses();
  const palette = useMemo(() => displayPalette(table, hiddenClasses), [table, hiddenClasses]);
  const version = useDocument(document, (state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the label's raster changes in place, with each version
  const after = useMemo(() => labelsWith(document.labels, suggestion), [document, suggestion, version]);
  const filter = usePictureFilter(image.item.key);

  const { x, y, width: across, height: down } = bounds;
  useEffect(() => {
    if (size.width === 0) return;
    const show = (): void => {
      const shown = showRect({ x, y, width: across, height: down }, context, document, size);
      setView(shown);
      splitThrough((shown.x + (x + across / 2) * shown.scale) / size.width);
    };
    show();
    const middle = { x: size.width / 2, y: size.height / 2 };
    return zooming.attach({
      fit: show,
      zoom: (factor, at = middle) => setView((now) => now && zoomTo(now, now.scale * factor, at, document, size)),
      pan: (dx, dy) => setView((now) => now && panBy(now, dx, dy, document, size)),
    });
  }, [document, x, y, across, down, size]);

  useEffect(() => {
    if (view === null) return;
    const at = contextOf(photo.canvas, size);
    if (at === null) return;
    const ratio = window.devicePixelRatio;
    at.setTransform(1, 0, 0, 1, 0, 0);
    drawPhoto(at, image, view, ratio);
  }, [image, view, size, photo.canvas]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the label's raster changes in place, with each version
  useEffect(() => {
    const at = view === null ? null : contextOf(over.canvas, size);
    if (at === null || view === null || hidden) return;
    const part = visiblePart(view, size, document.labels);
    const line = original ? size.width : splitAt * size.width;
    const sides = [
      [original ? document.original : document.labels, 0, line, suggestion.from],
      [after, line, size.width, suggestion.to],
    ] as const;
    for (const [labels, from, to, id] of sides) {
      if (to <= from) continue;
      at.save();
      at.beginPath();
      at.rect(from, 0, to - from, size.height);
      at.clip();
      at.globalAlpha = filled ? opacity : 1;
      drawLabels(at, labels, palette, part, view, filled);
      at.globalAlpha = 1;
      drawFinding(at, suggestion, view, palette[id]);
      at.restore();
    }
  }, [
    view,
    size,
    over.canvas,
    hidden,
    original,
    splitAt,
    filled,
    opacity,
    palette,
    after,
    suggestion,
    document,
    version,
  ]);

  const pan = usePan();
  return (
    <section ref={useMergedRef(ref, asStage)} className={classes.stage} aria-label="Finding" {...pan}>
      <PictureFilter of={image.item.key} />
      <canvas key={photo.made} ref={photo.attach} className={classes.layer} style={{ filter }} />
      <canvas key={over.made} ref={over.attach} className={classes.layer} />
      {!hidden && !original && <SplitLine />}
    </section>
  );
}

/** A canvas as large as its place, cleared, in CSS px. */
function contextOf(
  canvas: HTMLCanvasElement | null,
  { width, height }: { readonly width: number; readonly height: number },
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext("2d") ?? null;
  if (canvas === null || context === null) return null;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Dragging moves the picture, the wheel zooms it. */
function usePan() {
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const element = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const stage = window.document.querySelector<HTMLElement>("[data-stage]");
    element.current = stage;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = stage?.getBoundingClientRect();
      if (box === undefined) return;
      zooming.zoom(2 ** (-event.deltaY / 300), { x: event.clientX - box.x, y: event.clientY - box.y });
    };
    // React's own listener is passive: the page would zoom with Ctrl held.
    stage?.addEventListener("wheel", wheel, { passive: false });
    return () => stage?.removeEventListener("wheel", wheel);
  }, []);
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.target instanceof Element && event.target.closest("[role=slider]") !== null) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (last.current === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
      zooming.pan(event.clientX - last.current.x, event.clientY - last.current.y);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp() {
      last.current = null;
    },
  };
}
