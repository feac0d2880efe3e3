import { version as packageVersion } from "../../package.json";

/** The app's version, as in package.json. */
export const version: string = packageVersion;
