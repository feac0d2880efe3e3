import type Konva from "konva";
import type { Rect } from "../../core/rect";
import { Damage } from "./damage";
import type { RenderStats } from "./renderStats";

export type LayerName = keyof RenderStats["layerDraws"];

/** The Konva layers that are mounted now, and what of each must be drawn anew. */
export class SceneLayers {
  private readonly layers: Partial<Record<LayerName, Konva.Layer>> = {};
  private readonly damage = { image: new Damage(), labels: new Damage(), overlay: new Damage() };

  attach(name: LayerName, layer: Konva.Layer | null): void {
    if (layer === null) delete this.layers[name];
    else this.layers[name] = layer;
  }

  /** Draws whole layers at the next frame. */
  redraw(...names: LayerName[]): void {
    for (const name of names) {
      this.damage[name].addAll();
      this.layers[name]?.batchDraw();
    }
  }

  /** Draws a part of a layer, in image coordinates, at the next frame. */
  redrawPart(name: LayerName, rect: Rect): void {
    this.damage[name].add(rect);
    this.layers[name]?.batchDraw();
  }

  /** The part to draw now, in image coordinates; null: everything. */
  take(name: LayerName, canvas: HTMLCanvasElement): Rect | null {
    return this.damage[name].take(canvas);
  }
}
