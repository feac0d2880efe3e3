import { useEffect, useRef } from "react";
import type { OpenImage } from "../../app/session";
import { classOf } from "../../core/classTable";
import type { Suggestion } from "../../review/types";
import { outlinePath } from "../canvas/regionOutline";
import { useDisplayClasses } from "../context";
import classes from "./panels.module.css";

const size = 88;

/** The suggested region in its surroundings, in the proposed classes' colours. */
export function SuggestionThumb({ suggestion, image }: { readonly suggestion: Suggestion; readonly image: OpenImage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useDisplayClasses();
  const { photo } = image;
  const { region, ids, to } = suggestion;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const { x, y, width, height } = region.rect;
    const side = Math.max(16, Math.max(width, height) * 1.5);
    const scale = size / side;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, size, size);
    context.setTransform(scale, 0, 0, scale, size / 2 - (x + width / 2) * scale, size / 2 - (y + height / 2) * scale);
    if (photo !== null) context.drawImage(photo, 0, 0);
    const path = outlinePath(region);
    context.globalAlpha = 0.55;
    const idAt = (at: number): number => ids?.[at] ?? to;
    for (let row = 0; row < height; row++) {
      let from = -1;
      for (let column = 0; column <= width; column++) {
        const at = row * width + column;
        const on = column < width && region.bits[at] === 1;
        if (from >= 0 && (!on || idAt(at) !== idAt(at - 1))) {
          context.fillStyle = `rgb(${(classOf(table, idAt(at - 1))?.color ?? [128, 128, 128]).join(" ")})`;
          context.fillRect(x + from, y + row, column - from, 1);
          from = -1;
        }
        if (on && from < 0) from = column;
      }
    }
    context.globalAlpha = 1;
    context.lineWidth = 2 / scale;
    context.strokeStyle = "white";
    context.stroke(path);
  }, [region, ids, to, photo, table]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} className={classes.thumb} width={size} height={size} />
    </span>
  );
}
