import { expose } from "comlink";
import { remoteThumbnailer } from "./remoteThumbnailer";

/** Worker entry: makes thumbnails off the main thread. */
expose(remoteThumbnailer);
