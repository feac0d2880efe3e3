import type { Autosave } from "../project/autosave";
import type { SessionStore } from "./session";
import type { Work } from "./work";

/** Calls `follow` with the autosave of the project that is open, as soon as it is another; null: none is open to be edited. */
export function followProject(
  session: SessionStore,
  work: Pick<Work, "current">,
  follow: (next: Autosave | null) => void,
): void {
  let followed: Autosave | null = null;
  session.subscribe((now, before) => {
    if (now.dataset === before.dataset && now.readOnly === before.readOnly) return;
    const next = now.dataset === null || now.readOnly !== null ? null : work.current();
    if (next === followed) return;
    followed = next;
    follow(next);
  });
}
