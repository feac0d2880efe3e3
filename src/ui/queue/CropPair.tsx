import { createContext, useContext, useEffect } from "react";
import { useCanvas } from "../canvas/useCanvas";
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
  const before = useCanvas();
  const after = useCanvas();
  const table = useDisplayClasses();
  useEffect(
    () =>
      crops?.want(entry, table, (crop) => {
        if (crop === null) return;
        before.canvas?.getContext("2d")?.putImageData(crop.before, 0, 0);
        after.canvas?.getContext("2d")?.putImageData(crop.after, 0, 0);
      }),
    [crops, entry, table, before.canvas, after.canvas],
  );
  return (
    <span className={classes.crops} aria-hidden="true">
      {[before, after].map(({ made, attach }) => (
        <canvas
          key={made}
          ref={attach}
          className={classes.crop}
          style={{ width: size, height: size }}
          width={cropSize}
          height={cropSize}
        />
      ))}
    </span>
  );
}
