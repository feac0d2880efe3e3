import Konva from "konva";
import type { Context } from "konva/lib/Context";
import { type CSSProperties, useCallback, useEffect, useRef, useState } from "react";
import { Layer, Shape, Stage } from "react-konva";
import { useAction } from "../actions/useAction";
import { useApp, useSettings } from "../context";
import { createTools } from "../tools";
import classes from "./CanvasView.module.css";
import { PictureFilter, usePictureFilter } from "./PictureFilter";
import { listenToPointer } from "./pointerInput";
import type { Size } from "./viewport";
import { watchLoss } from "./watchLoss";

const layerNames = ["image", "labels", "overlay"] as const;
const cursors = createTools();

/** The drawing area: three Konva layers (image, labels, overlay) that the canvas controller draws. */
export function CanvasView() {
  const { canvas, settings } = useApp();
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  const pixelRatio = usePixelRatio();
  const tool = useSettings((state) => state.tool);
  const [losses, setLosses] = useState(0);
  // Several layers are lost at once: it counts as one.
  const lost = useCallback(() => {
    canvas.picturesLost();
    setLosses(losses + 1);
  }, [canvas, losses]);

  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const watch = new ResizeObserver(([entry]) => {
      const next = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) };
      if (next.width < 1 || next.height < 1) return;
      setSize(next);
      canvas.resize(next);
    });
    watch.observe(target);
    // The canvas takes the focus, so that Tab and Enter can act on suggestions.
    target.tabIndex = 0;
    // What had the keys is gone with the view before. Whatever takes them by itself, a dialog say, keeps them.
    if (document.activeElement === document.body) target.focus({ preventScroll: true });
    const stopPointer = listenToPointer(target, canvas, settings);
    const stopCanvas = canvas.start();
    return () => {
      watch.disconnect();
      stopPointer();
      stopCanvas();
    };
  }, [canvas, settings]);

  // Through a variable: pointer input sets and unsets the cursor itself while it pans.
  const toolCursor = { "--tool-cursor": cursors[tool].cursor } as CSSProperties;
  const { keys } = useAction("show-keys");
  const describe = `Image with its label.${keys === "" ? "" : ` Shortcuts: press ${keys} for the list of keys.`}`;
  return (
    <div
      ref={element}
      className={classes.canvas}
      role="application"
      aria-label={describe}
      data-testid="canvas"
      style={toolCursor}
      // A stroke by keys must not stay open while the keyboard is elsewhere.
      onBlur={() => canvas.crosshair.lift()}
    >
      {size !== null && (
        <Stage key={`${pixelRatio} ${losses}`} width={size.width} height={size.height} listening={false}>
          {layerNames.map((name) => (
            <CanvasLayer key={name} name={name} pixelRatio={pixelRatio} lost={lost} />
          ))}
        </Stage>
      )}
      <PictureFilter />
    </div>
  );
}

function CanvasLayer({
  name,
  pixelRatio,
  lost,
}: {
  readonly name: (typeof layerNames)[number];
  readonly pixelRatio: number;
  readonly lost: () => void;
}) {
  const { canvas } = useApp();
  const attached = useRef<Konva.Layer | null>(null);
  const attach = useCallback(
    (layer: Konva.Layer) => {
      attached.current = layer;
      canvas.layers.attach(name, layer);
      const stop = watchLoss(layer.getNativeCanvasElement(), lost);
      return () => {
        stop();
        attached.current = null;
        canvas.layers.attach(name, null);
      };
    },
    [canvas, name, lost],
  );
  const filter = usePictureFilter();
  useEffect(() => {
    if (name === "image" && attached.current !== null) attached.current.getNativeCanvasElement().style.filter = filter;
  }, [name, filter]);
  const draw = useCallback(
    (context: Context) => canvas.drawLayer(name, context._context, pixelRatio),
    [canvas, name, pixelRatio],
  );
  return (
    <Layer ref={attach} listening={false} clearBeforeDraw={false} imageSmoothingEnabled={name !== "labels"}>
      <Shape sceneFunc={draw} listening={false} perfectDrawEnabled={false} />
    </Layer>
  );
}

/** The device's pixels per CSS px; follows browser zoom and moves between screens. */
function usePixelRatio(): number {
  const [ratio, setRatio] = useState(window.devicePixelRatio);
  Konva.pixelRatio = ratio;
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = (): void => setRatio(window.devicePixelRatio);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [ratio]);
  return ratio;
}
