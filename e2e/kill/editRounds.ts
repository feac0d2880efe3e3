import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "@playwright/test";
import type { Random } from "../../src/core/random.ts";
import { Editor } from "../fixtures/editor.ts";
import {
  type Commit,
  commitSome,
  countsOf,
  learn,
  matches,
  prepare,
  type Scene,
  type State,
  seen,
  setHabits,
} from "./edits.ts";
import { startBrowser } from "./killableBrowser.ts";

/** Younger commits may be lost with a killed browser; older ones never. */
const grace = 50;

/** What came of killing the browser a number of times. */
export interface KillCounts {
  kills: number;
  commits: number;
  /** Commits that were surely older than `grace` when the browser was killed, and younger ones, that were not there again. */
  lostOld: number;
  lostYoung: number;
  /** Restarts with a label, mask, list of suggestions or undo step that no beginning of the commits makes. */
  corrupt: number;
  /** Restarts that told of changes restored or missing. */
  told: number;
  /** Restarts where a stroke was missing and not told of, and where one was told of that is there. */
  unsaid: number;
  wronglySaid: number;
  /** About each lost commit and each corrupt restart. */
  readonly notes: string[];
}

export function noKillCounts(): KillCounts {
  return {
    ...{ kills: 0, commits: 0, lostOld: 0, lostYoung: 0, corrupt: 0, told: 0, unsaid: 0, wronglySaid: 0 },
    notes: [],
  };
}

/**
 * Rounds of edits in a real browser that is killed at a random moment, 0 to 1,500 ms after a commit; the next one compares what
 * is there with what was committed. Deterministic but for time.
 */
export function editRounds(
  executable: string,
  url: string,
  random: Random,
  counts: KillCounts,
  log: (line: string) => void,
) {
  const profile = mkdtempSync(join(tmpdir(), "maskmend-kill-"));
  let scene: Scene | null = null;
  let state: State = { done: [], undone: [] };
  let commits: readonly Commit[] = [];
  let killedAt = 0;

  /** What of the commits is there again; counts what is not. */
  async function check(editor: Editor, known: Scene): Promise<State> {
    const states = [state, ...commits.map((one) => one.state)];
    // Some messages stay for seconds only.
    const saidFirst = await editor.toasts.allTextContents();
    const now = await seen(editor);
    const at = states.findLastIndex((one) => matches(known, one, now));
    const said = [...saidFirst, ...(await editor.toasts.allTextContents())].join(" | ");
    const lost = commits.slice(Math.max(0, at));
    const ages = lost.map(({ what, after }) => `${what} (${killedAt - after} ms)`).join(", ");
    if (/ended without warning|could not be restored/.test(said)) counts.told++;
    if (at < 0) {
      counts.corrupt++;
      const expected = states.map((one) => JSON.stringify(countsOf(known, one))).join(" or ");
      counts.notes.push(
        `kill ${counts.kills}: corrupt, ${JSON.stringify({ ...now, changed: now.changed.size })}, expected ${expected}; ${said}`,
      );
      throw new Error(counts.notes.at(-1));
    }
    for (const { after } of lost) {
      if (killedAt - after > grace) counts.lostOld++;
      else counts.lostYoung++;
    }
    if (lost.length > 0) counts.notes.push(`kill ${counts.kills}: lost ${ages}; said: ${said}`);
    if (lost.some(({ what }) => /paint|mask/.test(what)) && !said.includes("missing")) counts.unsaid++;
    if (lost.length === 0 && said.includes("it is missing")) counts.wronglySaid++;
    return states[at];
  }

  /** The app with what the last round left, compared. */
  async function open() {
    const browser = await startBrowser(executable, profile);
    try {
      const editor = new Editor(browser.page);
      // The edits need no model, and loading one is most of a start.
      await browser.page.route("**/models/**", (route) => route.abort());
      await setHabits(editor);
      await browser.page.goto(`${url}?backend=wasm`);
      if (scene === null) {
        await expect(editor.button("Try the sample")).toBeVisible();
        scene = await learn(editor);
      } else {
        await editor.resume.click();
        await editor.imageOpen("01-street");
        state = await check(editor, scene);
      }
      return { ...browser, editor, scene };
    } catch (error) {
      await browser.kill();
      throw error;
    }
  }

  return {
    async round() {
      const { editor, scene: known, kill } = await open();
      try {
        await prepare(editor);
        commits = await commitSome(editor, known, state, random);
        await wait(random.next() < 0.4 ? random.int(80) : random.int(1500));
        killedAt = await kill();
        counts.kills++;
        counts.commits += commits.length;
        log(`edit ${counts.kills}: ${commits.map(({ what, after }) => `${what} ${killedAt - after} ms`).join(", ")}`);
      } finally {
        await kill();
      }
    },
    /** Looks at what the last round left, and clears up. */
    async end() {
      try {
        if (counts.kills > 0) await (await open()).kill();
      } finally {
        rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}
