import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { wholeParts } from "../../core/round";
import type { ReliabilityBin } from "../../review/check/tally";
import { watchLoss } from "../canvas/watchLoss";

const size = { width: 300, height: 240 } as const;

/** Stated confidence across, the share that is right up; on the diagonal both are the same. */
export function ReliabilityPlot({ bins }: { readonly bins: readonly ReliabilityBin[] }) {
  const element = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme("light") === "dark";
  const [losses, setLosses] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const stroke = isDark ? "#aab2bb" : "#4b5560";
    const grid = { stroke: isDark ? "#33383e" : "#e3e7eb", width: 1 };
    const ticks = { stroke: grid.stroke };
    const axis = { stroke, grid, ticks, values: (_: uPlot, values: number[]) => values.map((one) => `${one} %`) };
    // Each position once, in rising order, as uPlot wants it.
    const points = [...new Map(bins.map((bin) => [Math.round(1000 * bin.confidence) / 10, bin.right * 100]))];
    const at = [...new Set([0, ...points.map(([x]) => x), 100])].sort((a, b) => a - b);
    const rightAt = new Map(points);
    const plot = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: [0, 100] }, y: { range: [0, 100] } },
        axes: [
          { ...axis, label: "Confidence", labelSize: 18, size: 34 },
          { ...axis, label: "Right", labelSize: 18, size: 54 },
        ],
        series: [
          {},
          { stroke, dash: [4, 4], width: 1, points: { show: false } },
          { stroke: "#12a5b8", width: 2, spanGaps: true, points: { show: true, size: 7, fill: "#12a5b8" } },
        ],
      },
      [at, at, at.map((x) => rightAt.get(x) ?? null)],
      element.current,
    );
    const stop = watchLoss(plot.ctx.canvas, () => setLosses(losses + 1));
    return () => {
      stop();
      plot.destroy();
    };
  }, [bins, isDark, losses]);
  return <div ref={element} role="img" aria-label={textOf(bins)} style={size} />;
}

function textOf(bins: readonly ReliabilityBin[]): string {
  const texts = bins.map(({ confidence, right }) => `${wholeParts(confidence)} % sure: ${wholeParts(right)} % right`);
  return `Reliability diagram. ${texts.join(", ")}`;
}
