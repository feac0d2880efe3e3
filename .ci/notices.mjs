// npm run notices: writes public/THIRD_PARTY_NOTICES.txt from the installed packages that the built app contains.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./dependencies.mjs";

export const noticesPath = join(root, "public/THIRD_PARTY_NOTICES.txt");

/** Only used by Node or for types: their code does not reach the bundle. */
const notBundled = /(^|node_modules\/)(@types\/|node-fetch$|whatwg-url$|webidl-conversions$|tr46$|punycode$)/;

/** @param {string} folder */
function licenseText(folder) {
  const files = readdirSync(folder).filter((name) => /^(licen[sc]e|copying|notice)(\.(md|txt)|-.*)?$/i.test(name));
  return files.sort().map((name) => readFileSync(join(folder, name), "utf8").trim().replaceAll("\r\n", "\n"));
}

/**
 * The licences of all packages the app is built from, in order of name.
 * @returns {string}
 * @throws Error when a package is not installed or names no licence
 */
export function thirdPartyNotices() {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const paths = Object.keys(lock.packages).filter((path) => {
    const { dev, optional } = lock.packages[path];
    return path !== "" && !dev && !optional && !notBundled.test(path);
  });
  const parts = paths.sort().map((path) => {
    const folder = join(root, path);
    if (!existsSync(folder)) throw new Error(`${path} is not installed: run "npm ci" first.`);
    const { name, version, license, author, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (!license) throw new Error(`${name} ${version} names no licence.`);
    const by = typeof author === "object" ? author.name : author;
    const texts = licenseText(folder);
    return [
      `${name} ${version}`,
      `Licence: ${license}`,
      ...(by && texts.length === 0 ? [`Author: ${by}`] : []),
      ...(homepage ? [homepage] : []),
      ...texts.flatMap((text) => ["", text]),
    ].join("\n");
  });
  const line = "-".repeat(80);
  const head =
    "MaskMend contains the following third-party software. The weights' terms are in models/LICENSE-WEIGHTS.md.";
  return `${[head, ...parts].join(`\n\n${line}\n\n`)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(noticesPath, thirdPartyNotices());
  console.log(`Wrote ${noticesPath}`);
}
