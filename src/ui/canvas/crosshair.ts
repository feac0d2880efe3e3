import { classesOf, type SessionStore } from "../../app/session";
import { announce } from "../../app/tell";
import { classNameOf } from "../../core/classTable";
import type { Point } from "../../core/point";
import type { OpenDocument } from "../../review/types";

/** After this long without a move, ms, it is said where the crosshair stands: not on each step of a held key. */
const restAfter = 400;

/** The canvas as the crosshair drives it. Points are in image coordinates. */
export interface CrosshairCanvas {
  document(): OpenDocument | null;
  /** Where a crosshair starts: under the pointer, else in the middle of what is seen. */
  startingPoint(): Point;
  /** Whether the chosen tool draws while it is moved; others act on a press. */
  drags(): boolean;
  penDown(point: Point, ctrl: boolean): void;
  penMove(points: readonly Point[], ctrl: boolean): void;
  strokeEnd(): void;
  cancelStroke(): boolean;
  /** Whether a polygon waits for more points. */
  isBetweenClicks(): boolean;
  /** Scrolls until the point is in sight. */
  scrollTo(point: Point): void;
  redrawAround(point: Point): void;
}

/** A pointer for the keyboard: it stands on a pixel, arrow keys move it, and its pen drives the chosen tool. */
export class Crosshair {
  private last: Point | null = null;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly canvas: CrosshairCanvas,
    private readonly session: SessionStore,
  ) {}

  /** The middle of its pixel; null while it is off. */
  get point(): Point | null {
    const { crosshair } = this.session.getState();
    return crosshair === null ? null : { x: crosshair.x + 0.5, y: crosshair.y + 0.5 };
  }

  get isPenDown(): boolean {
    return this.session.getState().crosshair?.penDown ?? false;
  }

  /** Shows it where it was last, under the pointer or in the middle of what is seen. */
  start(): void {
    if (this.canvas.document() === null || this.point !== null) return;
    this.place(this.last ?? this.canvas.startingPoint());
    this.say(`Crosshair on, ${this.where()}. Arrow keys move it, Space puts the pen down and lifts it, Esc ends it.`);
  }

  /** Ends it; a stroke that is being made is kept. */
  end(): void {
    if (this.point === null) return;
    this.lift();
    this.clear();
    this.say("Crosshair off");
  }

  /** Moves it by whole pixels, with the pen down along a straight line; it stops at the image's edge. */
  move(dx: number, dy: number): void {
    const from = this.session.getState().crosshair;
    if (from === null) return;
    this.place({ x: from.x + dx, y: from.y + dy });
    if (this.isPenDown && this.point !== null) this.canvas.penMove([this.point], false);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.say(this.where()), restAfter);
  }

  /** Puts the pen down, or lifts it and so ends the stroke. A tool that acts on a press acts at once. */
  press(): void {
    const { point } = this;
    if (point === null) return;
    if (this.isPenDown) {
      this.lift();
      return;
    }
    clearTimeout(this.rest);
    const drags = this.canvas.drags();
    this.canvas.penDown(point, false);
    if (drags) {
      this.setPen(true);
      this.say("Pen down");
    } else this.canvas.strokeEnd();
  }

  /** Lifts the pen if it is down: the stroke is done. */
  lift(): void {
    if (!this.isPenDown) return;
    const { no } = this.session.getState().announcement;
    this.canvas.strokeEnd();
    const { announcement } = this.session.getState();
    // One sentence: a second would cut off what the tool says it did.
    this.say(announcement.no === no ? "Pen up" : `Pen up. ${announcement.text}`);
  }

  /** Esc: takes back the stroke or polygon that is being made, else ends the crosshair. */
  escape(): void {
    if (this.canvas.isBetweenClicks()) this.canvas.cancelStroke();
    else if (this.isPenDown && this.canvas.cancelStroke()) this.say("Pen up, the stroke is taken back");
    else this.end();
  }

  /** The canvas ended a stroke, by whatever. */
  penLifted(): void {
    if (this.isPenDown) this.setPen(false);
  }

  /** Another image (or none) is open: it stays where it was as far as the image reaches there. */
  imageChanged(): void {
    this.last = null;
    const { crosshair } = this.session.getState();
    if (crosshair === null) return;
    if (this.canvas.document() === null) this.clear();
    else this.place(crosshair);
  }

  private clear(): void {
    clearTimeout(this.rest);
    this.last = this.session.getState().crosshair;
    const { point } = this;
    this.session.setState({ crosshair: null, pointer: null });
    if (point !== null) this.canvas.redrawAround(point);
  }

  private place({ x, y }: Point): void {
    const document = this.canvas.document();
    if (document === null) return;
    const before = this.point;
    const at = { x: within(x, document.width), y: within(y, document.height) };
    this.session.setState({ crosshair: { ...at, penDown: this.isPenDown }, pointer: at });
    const now = { x: at.x + 0.5, y: at.y + 0.5 };
    if (before !== null) this.canvas.redrawAround(before);
    this.canvas.redrawAround(now);
    this.canvas.scrollTo(now);
  }

  private setPen(penDown: boolean): void {
    const { crosshair } = this.session.getState();
    if (crosshair === null) return;
    this.session.setState({ crosshair: { ...crosshair, penDown } });
    if (this.point !== null) this.canvas.redrawAround(this.point);
  }

  private where(): string {
    const { crosshair } = this.session.getState();
    const document = this.canvas.document();
    if (crosshair === null || document === null) return "";
    const { x, y } = crosshair;
    return `x ${x}, y ${y}: ${classNameOf(classesOf(this.session.getState()), document.labels.data[y * document.width + x])}`;
  }

  private say(text: string): void {
    announce(this.session, text);
  }
}

function within(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, Math.floor(value)));
}

type CrosshairKey = Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "repeat">;

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Gives a key to the crosshair while it is on: arrows (10 px with Shift), Space and Esc. Returns whether it took it. */
export function crosshairKey(crosshair: Crosshair, event: CrosshairKey): boolean {
  const { code, shiftKey, repeat } = event;
  if (crosshair.point === null || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (Object.hasOwn(steps, code)) {
    const [dx, dy] = steps[code];
    const far = shiftKey ? 10 : 1;
    crosshair.move(dx * far, dy * far);
  } else if (code === "Space") {
    if (!repeat) crosshair.press();
  } else if (code === "Escape") {
    if (!repeat) crosshair.escape();
  } else return false;
  return true;
}
