import type { DecidedPart } from "../../project/decidedActs";
import { rowsAsBefore, takeBack, takeBackStep } from "../../review/takeBack";
import type { OpenDocument } from "../../review/types";
import type { TakeBackIn } from "../decisionLog";
import type { QueueImages } from "../queueImages";
import type { SessionStore } from "../session";
import { stepMark } from "../stepMark";
import { type Summaries, summaryOf } from "../summaries";

const name = "Take back an import";

/** Takes back what an import did to an image: its step, and that it marked the image as reviewed. */
export function takeImportBack(
  session: Pick<SessionStore, "getState">,
  images: Pick<QueueImages, "use">,
  summaries: Pick<Summaries, "note">,
): TakeBackIn {
  return async (key, { record, reviewed }) => {
    const isMarked = reviewed === true && summaryOf(session.getState().summaries, key).reviewed;
    const isOnlyMarked = record === "";
    const ofMark = isMarked ? "done" : "gone";
    const outcome = isOnlyMarked ? ofMark : await images.use(key, ({ document }) => takeStepBack(document, record));
    if (isMarked && outcome === "done") summaries.note([key], { reviewed: false });
    return outcome;
  };
}

function takeStepBack(document: OpenDocument, record: DecidedPart["record"]) {
  if (typeof record !== "string") return takeBack(document, record, name);
  return takeBackStep(document, name, (step) => stepMark(step) === record, rowsAsBefore(document));
}
