import type { Session, SessionStore } from "./session";
import { announce } from "./tell";

/** Why the open data set can only be looked at, and what to do about it. */
export function whyReadOnly(readOnly: NonNullable<Session["readOnly"]>): string {
  return readOnly === "closed"
    ? 'This data set was changed in another tab. Press "Go on here" to edit it.'
    : 'This data set is open in another tab. Press "Take over here" to edit it.';
}

type Guard = <T extends object>(service: T, ...edits: readonly (keyof T)[]) => T;

/** A service whose functions named in `edits` say why they do nothing while the data set can only be looked at. */
export function createGuard(session: SessionStore): Guard {
  return (service, ...edits) => {
    const guarded = { ...service };
    for (const name of edits) {
      const run = service[name] as (...given: readonly unknown[]) => unknown;
      const checked = (...given: readonly unknown[]): unknown => {
        const { readOnly } = session.getState();
        if (readOnly === null) return run(...given);
        announce(session, whyReadOnly(readOnly));
        return undefined;
      };
      Object.assign(guarded, { [name]: checked });
    }
    return guarded;
  };
}
