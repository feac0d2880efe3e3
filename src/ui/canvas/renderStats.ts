/** Counts of drawing work since the page loaded. Tests read them to prove that a stroke redraws only what it touched. */
export interface RenderStats {
  /** Pixels recoloured into offscreen rasters. */
  redrawnPixels: number;
  putImageDataCalls: number;
  /** Draws of each Konva layer, by name. */
  layerDraws: { image: number; labels: number; overlay: number };
}

export const renderStats: RenderStats = {
  redrawnPixels: 0,
  putImageDataCalls: 0,
  layerDraws: { image: 0, labels: 0, overlay: 0 },
};

declare global {
  interface Window {
    renderStats?: RenderStats;
  }
}

/** Makes the counters readable from outside the bundle (end-to-end tests, the browser's console). */
export function exposeRenderStats(): void {
  window.renderStats = renderStats;
}
