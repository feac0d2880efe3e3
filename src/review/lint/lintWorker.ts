import { expose } from "comlink";
import { remoteLinter } from "./lintJob";

/** Worker entry: looks at labels off the main thread. */
expose(remoteLinter);
