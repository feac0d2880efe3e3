import { expose } from "comlink";
import { remoteCoder } from "./remoteCoder";

/** Worker entry: decodes and encodes label files off the main thread. */
expose(remoteCoder);
