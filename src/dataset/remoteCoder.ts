import { transfer } from "comlink";
import { NeedsRaiseError } from "../formats/labelEncode";
import { fileError } from "./errors";
import { inThreadCoder, type LabelCoder } from "./labelCoder";

/** Why a call failed: the parts of a FormatError or NeedsRaiseError. */
export interface Failure {
  readonly reason: string;
  readonly remedy: string;
  readonly needsRaise: boolean;
}

/** What a call came to. Comlink would strip a thrown error of its reason and remedy, so it is returned instead. */
export type Outcome<T> = { readonly result: T } | Failure;

async function outcome<T>(work: Promise<T>, bufferOf: (result: T) => ArrayBufferLike | null): Promise<Outcome<T>> {
  try {
    const result = await work;
    const moved = bufferOf(result);
    return transfer({ result }, moved instanceof ArrayBuffer ? [moved] : []);
  } catch (error) {
    const { reason, remedy } = fileError("", error);
    return { reason, remedy, needsRaise: error instanceof NeedsRaiseError };
  }
}

/** The label coder as the worker exposes it: large results are moved to the caller. */
export const remoteCoder = {
  decode: (...args: Parameters<LabelCoder["decode"]>) =>
    outcome(inThreadCoder.decode(...args), ({ labels }) => labels.data.buffer),
  look: (...args: Parameters<LabelCoder["look"]>) => outcome(inThreadCoder.look(...args), () => null),
  classLists: (...args: Parameters<LabelCoder["classLists"]>) => outcome(inThreadCoder.classLists(...args), () => null),
  picture: (...args: Parameters<LabelCoder["picture"]>) =>
    outcome(inThreadCoder.picture(...args), ({ rgba }) => rgba.buffer),
  encode: (...args: Parameters<LabelCoder["encode"]>) => outcome(inThreadCoder.encode(...args), ({ buffer }) => buffer),
};
