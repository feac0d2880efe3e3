import { installedBrowser } from "../../.ci/browser.mjs";
import { appUrl } from "../fixtures/addresses.ts";
import { expect, test } from "../fixtures/test.ts";
import { killRounds } from "../kill/rounds.ts";

// `npm run kill -- 500` sets these.
const kills = Number(process.env.MASKMEND_KILLS ?? 20);
const seed = Number(process.env.MASKMEND_KILL_SEED ?? 20);

test(`a browser killed ${kills} times amid edits, saving, exports and scans loses no edit older than 50 ms, leaves each file old or new and says what is missing`, async () => {
  const browser = installedBrowser();
  test.skip(browser === null || process.platform === "win32", "Process groups are killed, which Windows has not");
  test.setTimeout(240_000 + kills * 60_000);
  const log = process.env.MASKMEND_KILLS === undefined ? {} : { log: console.log };
  const { edits, folder } = await killRounds(browser ?? "", appUrl, { kills, seed, ...log });
  const { notes, ...ofEdits } = edits;
  const { notes: folderNotes, ...ofFolder } = folder;
  console.log(JSON.stringify({ seed, edits: ofEdits, folder: ofFolder }), ...notes, ...folderNotes);
  expect(ofEdits).toMatchObject({ lostOld: 0, corrupt: 0, unsaid: 0, wronglySaid: 0 });
  expect(ofEdits.commits).toBeGreaterThanOrEqual(ofEdits.kills);
  expect(ofFolder).toMatchObject({ lostOld: 0, torn: 0, brokenZips: 0, wrongLabels: 0, wronglySaid: 0 });
  expect(ofEdits.kills + Object.values(ofFolder.kills).reduce((sum, count) => sum + count, 0)).toBe(kills);
});
