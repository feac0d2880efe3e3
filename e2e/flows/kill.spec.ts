import { installedBrowser } from "../../.ci/browser.mjs";
import { appUrl } from "../fixtures/addresses.ts";
import { expect, test } from "../fixtures/test.ts";
import { killRounds } from "../kill/rounds.ts";

// `npm run kill -- 500` sets these.
const kills = Number(process.env.MASKMEND_KILLS ?? 20);
const seed = Number(process.env.MASKMEND_KILL_SEED ?? 20);

test(`a browser killed ${kills} times loses no edit older than 50 ms, restores none wrongly and says what is missing`, async () => {
  const browser = installedBrowser();
  test.skip(browser === null || process.platform === "win32", "Process groups are killed, which Windows has not");
  test.setTimeout(120_000 + kills * 30_000);
  const log = process.env.MASKMEND_KILLS === undefined ? {} : { log: console.log };
  const { notes, ...counts } = await killRounds(browser ?? "", appUrl, { kills, seed, ...log });
  console.log(JSON.stringify({ seed, ...counts }), ...notes);
  expect(counts).toMatchObject({ kills, lostOld: 0, corrupt: 0, unsaid: 0, wronglySaid: 0 });
  expect(counts.commits).toBeGreaterThanOrEqual(kills);
});
