import { CloseButton } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { OpenImage } from "../../app/session";
import { clamp } from "../../app/settings";
import { compare } from "../actions/viewActions";
import { useApp, useDocument, useSettings } from "../context";
import classes from "./CompareOverlay.module.css";

/** Over the canvas while two states of the label are compared: the line of a split, or what the dimming means. */
export function CompareOverlay({ image }: { readonly image: OpenImage }) {
  const way = useSettings((state) => state.compare);
  const hidden = useSettings((state) => state.labelsHidden || state.originalShown);
  if (way === "off" || hidden) return null;
  return <div className={classes.over}>{way === "split" ? <SplitLine /> : <DifferenceNote image={image} />}</div>;
}

function SplitLine() {
  const { settings } = useApp();
  const at = useSettings((state) => state.splitAt);
  const line = useRef<HTMLDivElement>(null);
  const move = (to: number): void => settings.setState({ splitAt: clamp(to, { min: 0, max: 1 }) });

  function drag(event: PointerEvent<HTMLDivElement>): void {
    const area = line.current?.parentElement?.getBoundingClientRect();
    if (area === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move((event.clientX - area.left) / area.width);
  }

  function key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 0.1 : 0.01;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: 1 }[event.code];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  }

  return (
    <div
      ref={line}
      className={classes.line}
      style={{ left: `${at * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label="Split line"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={`${Math.round(at * 100)} percent: label as opened on the left, now on the right`}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={key}
    >
      <span className={classes.left}>as opened</span>
      <span className={classes.right}>now</span>
      <span className={classes.handle} aria-hidden>
        ‹ ›
      </span>
    </div>
  );
}

function DifferenceNote({ image }: { readonly image: OpenImage }) {
  const app = useApp();
  const changed = useDocument(image.document, (state) => state.changedPixels);
  return (
    <div className={classes.note}>
      {changed === 0
        ? "Nothing differs from the label as opened"
        : `${changed.toLocaleString("en")} px differ from the label as opened`}
      <CloseButton size="xs" aria-label="End the difference view" onClick={() => compare(app, "difference")} />
    </div>
  );
}
