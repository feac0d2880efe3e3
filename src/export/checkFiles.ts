import { type ClassTable, classNameOf } from "../core/classTable";
import { counted } from "../core/counted";
import { checkKindTexts } from "../review/check/masks";
import { type CheckReport, percent } from "../review/check/report";
import { csv } from "./csv";
import { escaped } from "./escaped";

/** A self-check as a table: one line a kind of mask, a class and a bin of the reliability diagram. */
export function checkCsv(report: CheckReport, classes: ClassTable): string {
  const rows: (string | number)[][] = [];
  for (const { kind, model, nearest } of report.kinds) {
    rows.push(["mask", kind, model.pixels, model.accuracy, model.meanIou, nearest.accuracy, nearest.meanIou, ""]);
  }
  for (const { id, pixels, recall, iou, nearestRecall, isEnough } of report.classes) {
    rows.push([
      "class",
      classNameOf(classes, id),
      pixels,
      recall,
      iou,
      nearestRecall,
      "",
      isEnough ? "" : "too few pixels",
    ]);
  }
  for (const { confidence, right, pixels } of report.bins)
    rows.push(["confidence", confidence, pixels, right, "", "", "", ""]);
  rows.push(["ECE", "", "", report.ece, "", "", "", ""]);
  const { threshold, verdict } = report;
  if (threshold !== null)
    rows.push([
      "threshold",
      `${threshold.percent} %`,
      "",
      threshold.right,
      "",
      "",
      "",
      `${percent(threshold.share)} of the pixels`,
    ]);
  rows.push(["verdict", verdict.text, "", "", "", "", "", ""]);
  return csv(
    ["what", "name", "pixels", "accuracy", "PA-IoU", "nearest accuracy", "nearest PA-mIoU", "note"],
    rows.map((row) => row.map(rounded)),
  );
}

/** To six decimals; nothing where there is no such number. */
function rounded(value: string | number): string | number | null {
  if (typeof value === "string") return value;
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}

/** The same as a page that stands alone. */
export function checkHtml(report: CheckReport, classes: ClassTable, name: string): string {
  const { kinds, bins, ece, verdict, learntFrom, skipped } = report;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
    `<table><tr>${head.map((one) => `<th>${one}</th>`).join("")}</tr>${rows
      .map((row) => `<tr>${row.map((one) => `<td>${escaped(one)}</td>`).join("")}</tr>`)
      .join("")}</table>`;
  const number = (count: number): string => Math.round(count).toLocaleString("en");
  const dots = bins
    .map(
      ({ confidence, right }) =>
        `<circle cx="${(300 * confidence).toFixed(1)}" cy="${(300 - 300 * right).toFixed(1)}" r="4"/>`,
    )
    .join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Self-check of ${escaped(name)}</title>
<style>body{font:14px/1.5 system-ui,sans-serif;max-width:800px;margin:24px auto;padding:0 16px}table{border-collapse:collapse;margin:12px 0}th,td{padding:3px 10px;border-bottom:1px solid #ccc;text-align:right}th:first-child,td:first-child{text-align:left}circle{fill:#0b7285}</style>
<h1>Self-check of ${escaped(name)}</h1><p><b>${escaped(verdict.text)}</b></p>
<p>${counted(report.images, "image")}, ${counted(report.windows, "window")} of 224 px, seed ${report.seed}, model ${escaped(report.model)}, ${
    learntFrom === null
      ? "without learning from other labels"
      : `judged by what was learnt from ${counted(learntFrom, "other image")}`
  }. PA-mIoU and accuracy are of hidden pixels, void left out.</p>
<h2>By mask</h2>${table(
    ["mask", "pixels", "PA-mIoU", "accuracy", "nearest PA-mIoU", "nearest accuracy"],
    kinds.map(({ kind, model, nearest }) => [
      checkKindTexts[kind],
      number(model.pixels),
      percent(model.meanIou),
      percent(model.accuracy),
      percent(nearest.meanIou),
      percent(nearest.accuracy),
    ]),
  )}
<h2>By class</h2>${table(
    ["class", "pixels", "right", "IoU", "nearest right", ""],
    report.classes.map((one) => [
      classNameOf(classes, one.id),
      number(one.pixels),
      percent(one.recall),
      percent(one.iou),
      percent(one.nearestRecall),
      one.isEnough ? "" : "too few pixels",
    ]),
  )}
<h2>Reliability</h2><p>ECE ${percent(ece)} over ${bins.length} bins of equally many pixels: confidence across, share right up.</p>
<svg width="320" height="320" viewBox="-10 -10 320 320" role="img" aria-label="Reliability diagram"><path d="M0 300V0M0 300H300M0 300L300 0" stroke="#999" fill="none"/>${dots}</svg>
${skipped.length === 0 ? "" : `<h2>Not checked</h2><ul>${skipped.map((one) => `<li>${escaped(one)}</li>`).join("")}</ul>`}</html>
`;
}
