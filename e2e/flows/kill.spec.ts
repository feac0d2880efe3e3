import { installedBrowser } from "../../.ci/browser.mjs";
import { appUrl } from "../fixtures/addresses.ts";
import { expect, test } from "../fixtures/test.ts";
import { killRounds } from "../kill/rounds.ts";

// `npm run kill -- 500` does the same as often as you like.
test("a browser that is killed loses no edit older than 50 ms, restores none wrongly and says what is missing", async () => {
  const browser = installedBrowser();
  test.skip(browser === null || process.platform === "win32", "Process groups are killed, which Windows has not");
  const counts = await killRounds(browser ?? "", appUrl, { kills: 20, seed: 20 });
  console.log(JSON.stringify(counts));
  expect(counts).toMatchObject({ kills: 20, lostOld: 0, corrupt: 0, unsaid: 0, wronglySaid: 0 });
  expect(counts.commits).toBeGreaterThanOrEqual(20);
});
