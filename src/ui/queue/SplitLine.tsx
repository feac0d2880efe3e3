import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useStore } from "zustand";
import { clamp } from "../../app/settings";
import over from "../canvas/CompareOverlay.module.css";
import { findingView } from "./viewStore";

/** The line between the label as it is and as it would be. */
export function SplitLine() {
  const at = useStore(findingView, ({ splitAt }) => splitAt);
  const line = useRef<HTMLDivElement>(null);
  const move = (to: number): void => findingView.setState({ splitAt: clamp(to, { min: 0, max: 1 }) });

  function drag(event: PointerEvent<HTMLDivElement>): void {
    const area = line.current?.parentElement?.getBoundingClientRect();
    if (area === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move((event.clientX - area.left) / area.width);
  }

  function key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 0.1 : 0.02;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: 1 }[event.code];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  }

  return (
    <div className={over.over}>
      <div
        ref={line}
        className={over.line}
        style={{ left: `${at * 100}%` }}
        role="slider"
        tabIndex={0}
        aria-label="Line between before and after"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        aria-valuetext={`${Math.round(at * 100)} percent: before on the left, after on the right`}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={key}
      >
        <span className={over.left}>before</span>
        <span className={over.right}>after</span>
        <span className={over.handle} aria-hidden>
          ‹ ›
        </span>
      </div>
    </div>
  );
}
