import { describe, expect, it } from "vitest";
import { isBackgroundName, isSurelyVoid, isVoidName } from "./classEntry";

describe("names of no class", () => {
  const sure =
    "void|Void area|unlabeled|un-labelled|not labelled|unlabeled area|unannotated|Not annotated|ignore|__ignore__|ignored|ignore_label|ignore_index|ignore region|don't care|dont_care|no data|NoData|No-Data|nodata value|mask_void|parking (ignore)";
  it.each(sure.split("|"))("%s is void for certain", (name) => {
    expect([isVoidName(name), isSurelyVoid(name), isBackgroundName(name)]).toEqual([true, true, true]);
  });

  it.each("invalid|Invalid pixels|out-of-roi|out of ROI|outside roi".split("|"))("%s is void, but asked", (name) => {
    expect([isVoidName(name), isSurelyVoid(name)]).toEqual([true, false]);
  });

  it.each(
    "avoid|voided road|label|area|region|data|road (ignore|care|invalid road sign|labelled|roi|unknown|other".split(
      "|",
    ),
  )("%s is a class", (name) => {
    expect(isVoidName(name)).toBe(false);
  });
});
