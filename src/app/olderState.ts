import type { SessionStore } from "./session";
import type { Tabs } from "./tabs";
import { ask, askBetween } from "./tell";

type Checked = <T extends object>(service: T, ...exports: readonly (keyof T)[]) => T;

/**
 * A service whose functions named in `exports` say first, while another tab edits the data set, that what they would write is
 * older than the work there, and offer to reload it.
 */
export function createOlderState(session: SessionStore, tabs: Pick<Tabs, "reload">): Checked {
  let since = Date.now();
  session.subscribe((now, before) => {
    if (now.dataset !== before.dataset || now.readOnly !== before.readOnly) since = Date.now();
  });

  /** Whether to go on. */
  async function asked(): Promise<boolean> {
    const { dataset, saved, savedDetail } = session.getState();
    if (saved === "failed") {
      const text = `${savedDetail} The file would hold them, but none of what was done in the other tab.`;
      return ask(session, { title: "Export what only this tab has?", text, yes: "Export it" });
    }
    const time = new Date(since).toLocaleTimeString("en", { timeStyle: "short" });
    const answer = await askBetween(session, {
      title: "Export an older state?",
      text: `Another tab edits this data set. This one shows it as it was at ${time}: some or all of what was done there since would be missing from the file.`,
      yes: "Reload, then export",
      other: "Export the older state",
    });
    if (answer !== true) return answer === "other";
    await tabs.reload();
    return session.getState().dataset?.id === dataset?.id;
  }

  return (service, ...exports) => {
    const checked = { ...service };
    for (const name of exports) {
      const run = service[name] as (...given: readonly unknown[]) => Promise<unknown>;
      const first = async (...given: readonly unknown[]): Promise<unknown> =>
        session.getState().readOnly === null || (await asked()) ? run(...given) : undefined;
      Object.assign(checked, { [name]: first });
    }
    return checked;
  };
}
