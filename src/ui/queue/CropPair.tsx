import { createContext, useContext, useEffect, useRef } from "react";
import { useDisplayClasses } from "../context";
import { cropSize } from "../panels/drawCrop";
import type { CropEntry, createCrops } from "./crops";
import classes from "./queue.module.css";

export const CropsContext = createContext<ReturnType<typeof createCrops> | null>(null);

interface CropPairProps {
  readonly entry: CropEntry;
  /** CSS px. */
  readonly size: number;
}

/** A finding before and after, drawn once it is there. */
export function CropPair({ entry, size }: CropPairProps) {
  const crops = useContext(CropsContext);
  const before = useRef<HTMLCanvasElement>(null);
  const after = useRef<HTMLCanvasElement>(null);
  const table = useDisplayClasses();
  useEffect(
    () =>
      crops?.want(entry, table, (crop) => {
        if (crop === null) return;
        show(before.current, crop.before);
        show(after.current, crop.after);
      }),
    [crops, entry, table],
  );
  const side = { width: size, height: size };
  return (
    <span className={classes.crops} aria-hidden="true">
      <canvas ref={before} className={classes.crop} style={side} width={cropSize} height={cropSize} />
      <canvas ref={after} className={classes.crop} style={side} width={cropSize} height={cropSize} />
    </span>
  );
}

function show(canvas: HTMLCanvasElement | null, drawn: HTMLCanvasElement): void {
  const context = canvas?.getContext("2d") ?? null;
  context?.clearRect(0, 0, cropSize, cropSize);
  context?.drawImage(drawn, 0, 0);
}
