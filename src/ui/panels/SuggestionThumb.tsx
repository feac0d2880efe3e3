import { useEffect, useRef } from "react";
import { classOf } from "../../core/classTable";
import type { Suggestion } from "../../review/types";
import { useSession } from "../app/context";
import { outlinePath } from "../canvas/regionOutline";
import type { OpenImage } from "../state/session";
import classes from "./panels.module.css";

const size = 88;

/** The suggested region in its surroundings, in the proposed class' colour. */
export function SuggestionThumb({ suggestion, image }: { readonly suggestion: Suggestion; readonly image: OpenImage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const info = useSession((state) => classOf(state.classes, suggestion.to));
  const { photo } = image;
  const { region } = suggestion;
  const [red, green, blue] = info?.color ?? [128, 128, 128];
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
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    for (let row = 0; row < height; row++) {
      let from = -1;
      for (let column = 0; column <= width; column++) {
        const on = column < width && region.bits[row * width + column] === 1;
        if (on && from < 0) from = column;
        if (!on && from >= 0) {
          context.fillRect(x + from, y + row, column - from, 1);
          from = -1;
        }
      }
    }
    context.globalAlpha = 1;
    context.lineWidth = 2 / scale;
    context.strokeStyle = "white";
    context.stroke(path);
  }, [region, photo, red, green, blue]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} className={classes.thumb} width={size} height={size} />
    </span>
  );
}
