import "@mantine/notifications/styles.css";
import { Button, Text } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { CircleAlert, Info } from "lucide-react";
import { useEffect } from "react";
import type { ToldMessage } from "../../app/messages";
import type { Message } from "../../app/session";
import { type UiApp, useApp } from "../context";
import classes from "./start.module.css";
import { useToastHome } from "./toastHome";

/** How long what is no error stays, ms; the pointer on it stops the clock. */
const infoTime = 8000;
/** Further ones would wait unseen: errors stay until they are closed or their screen goes. */
const most = 30;
/** Around them, CSS px. */
const margin = 8;
/** Below such a bar, as in the style sheets. */
const barMargin = 16;
/** Of their home's height, they take so much at most; more is scrolled. */
const mostHeight = 0.45;

/** Errors and explanations as they come, in a corner where they cover no control and no image of a list. */
export function Toasts() {
  const app = useApp();
  usePlace();
  useEffect(() => {
    const { store } = app.messages;
    let known = new Map<string, ToldMessage>();
    const follow = (): void => {
      const shown = new Map(store.getState().told.flatMap((one) => (one.isShown ? [[one.id, one] as const] : [])));
      const before = known;
      known = shown;
      for (const id of before.keys()) if (!shown.has(id)) notifications.hide(id);
      for (const [id, one] of shown) if (before.get(id)?.at !== one.at) show(app, one, before.has(id));
    };
    follow();
    return store.subscribe(follow);
  }, [app]);
  return <Notifications position="bottom-left" limit={most} className={classes.toasts} />;
}

/**
 * Keeps them at the lower left of their home, above a bar that lies there (`data-bottom-bar`), and tells it how much room they
 * take. What clicks are aimed at stays where it is: the bar, and what is under the pointer where room given back would move it,
 * as the last tiles of a grid.
 */
function usePlace(): void {
  const { element: home, width } = useToastHome();
  useEffect(() => {
    const toasts = document.querySelector<HTMLElement>(`.${classes.toasts}[data-position="bottom-left"]`);
    if (toasts === null || home === null) return;
    let given = 0;
    /** There is room to give back, which would move what is under the pointer. */
    let waits = false;
    const update = (mayMove: boolean): void => {
      const bar = home.querySelector<HTMLElement>("[data-bottom-bar]");
      const below = bar === null ? 0 : bar.offsetHeight + barMargin;
      const { left, bottom, width: whole, height } = home.getBoundingClientRect();
      const wide = Math.max(200, Math.min(width, whole - 2 * margin));
      toasts.style.setProperty("--toasts-left", `${left + margin}px`);
      toasts.style.setProperty("--toasts-bottom", `${Math.max(0, window.innerHeight - bottom) + below + margin}px`);
      toasts.style.setProperty("--notifications-container-width", `${wide}px`);
      toasts.style.setProperty("--toasts-most", `${Math.max(90, height * mostHeight)}px`);
      const taken = toasts.offsetHeight;
      const room = taken === 0 ? 0 : taken + below + 2 * margin;
      const give = (px: number): void => home.style.setProperty("--toasts-room", `${px}px`);
      waits =
        room < given &&
        !mayMove &&
        !staysUnderPointer(
          home,
          () => give(room),
          () => give(given),
        );
      if (waits) return;
      given = room;
      give(room);
    };
    const place = (): void => update(false);
    const observer = new ResizeObserver(place);
    observer.observe(home);
    observer.observe(toasts);
    // Panels beside it may move it without changing its size.
    window.addEventListener("resize", place);
    // A bar comes and goes.
    const children = new MutationObserver(place);
    children.observe(home, { childList: true });
    // By wheel and keys nothing is aimed at.
    const unaimed = ["pointerleave", "wheel", "keydown"] as const;
    /** By moving, the pointer may come upon what does not move. */
    const moved = (): void => {
      if (waits) place();
    };
    home.addEventListener("pointermove", moved, { passive: true });
    const settle = (): void => void requestAnimationFrame(() => update(true));
    for (const type of unaimed) home.addEventListener(type, settle, { passive: true });
    place();
    return () => {
      for (const type of unaimed) home.removeEventListener(type, settle);
      home.removeEventListener("pointermove", moved);
      children.disconnect();
      observer.disconnect();
      window.removeEventListener("resize", place);
      home.style.removeProperty("--toasts-room");
    };
  }, [home, width]);
}

/** Changes the layout of `home`, but for a change that moves what the pointer is at, or is pressed on: that is taken back. */
function staysUnderPointer(home: HTMLElement, change: () => void, takeBack: () => void): boolean {
  if (home.matches(":active")) return false;
  const hovered = [...home.querySelectorAll(":hover")];
  const scrolled = hovered.map((element) => element.scrollTop);
  const placeOf = (): string => {
    const { x, y } = hovered.at(-1)?.getBoundingClientRect() ?? {};
    return `${x} ${y}`;
  };
  const before = placeOf();
  change();
  if (placeOf() === before) return true;
  takeBack();
  // What was scrolled to its end was scrolled back by having room.
  for (const [i, element] of hovered.entries()) element.scrollTop = scrolled[i];
  return false;
}

function show({ messages }: UiApp, { id, message }: ToldMessage, isThere: boolean): void {
  const { kind, title, text, action } = message;
  const isError = kind === "error";
  (isThere ? notifications.update : notifications.show)({
    id,
    // The announcer speaks it: as an alert it would be spoken twice.
    role: "note",
    "aria-label": title,
    color: isError ? "red" : "cyan",
    icon: isError ? <CircleAlert size={17} /> : <Info size={17} />,
    title,
    message: action === undefined ? text : <WithAction id={id} text={text} action={action} />,
    autoClose: isError || action !== undefined ? false : infoTime,
    onClose: () => messages.putAway(id),
    withBorder: true,
    closeButtonProps: { "aria-label": "Close message" },
    styles: { root: { whiteSpace: "pre-line" }, description: { color: "var(--mantine-color-text)" } },
  });
}

interface WithActionProps extends Required<Pick<Message, "text" | "action">> {
  readonly id: string;
}

/** What a message says, with its button. */
export function WithAction({ id, text, action }: WithActionProps) {
  const { messages } = useApp();
  return (
    <>
      <Text size="sm">{text}</Text>
      <Button
        size="compact-xs"
        variant="default"
        mt={6}
        onClick={() => {
          messages.drop(id);
          action.run();
        }}
      >
        {action.label}
      </Button>
    </>
  );
}
