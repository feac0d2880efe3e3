import { type ClassTable, classOf } from "../core/classTable";
import { counted } from "../core/counted";
import { rgbToHex } from "../core/palette";
import { escaped } from "./escaped";
import { acceptRate, nameIn, type Report } from "./report";

/** A place before and after, as pictures that go into the page. */
export interface ReportCrop {
  readonly image: string;
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  /** data: addresses. */
  readonly before: string;
  readonly after: string;
}

/** What a report says of itself. */
export interface ReportHead {
  readonly dataset: string;
  readonly layout: string;
  readonly generator: string;
  /** Who exported it; empty: not said. */
  readonly reviewer: string;
  readonly created: Date;
  /** When the first and the last decision was taken; null where none was. */
  readonly decided: readonly [first: Date, last: Date] | null;
}

/** Rows of a list that the page shows; the CSV files hold them all. */
const mostRows = 200;

/** Where decisions were saved before it was known which label they were taken on. */
function heldText({ heldImages }: Report): string {
  if (heldImages === 0) return "";
  return `. Of ${imageCount(heldImages)} only what changed since ${heldImages === 1 ? "it was" : "they were"} saved last is known`;
}

/** Which label is the one before. */
function beforeText({ heldImages }: Report): string {
  const held =
    heldImages === 0
      ? ""
      : `, but of ${imageCount(heldImages)} as ${heldImages === 1 ? "it was" : "they were"} saved last`;
  return `Of all labels that could be read. Before: as they were opened first, whatever was saved since${held}.`;
}

/** Who decided; where nothing was, who exported the report. */
function reviewerText({ reviewer }: ReportHead, { persons }: Report): string {
  if (persons.length === 0) return reviewer || "not named";
  if (persons.length === 1) return persons[0].name ?? "not named";
  const counted = (count: number): string => `${whole(count)} ${count === 1 ? "decision" : "decisions"}`;
  return persons.map(({ name, decisions }) => `${name ?? "not named"} (${counted(decisions)})`).join(", ");
}

/** Who exported it, where that is not who decided. */
function exporterText({ reviewer }: ReportHead, { persons }: Report): string {
  return reviewer === "" || persons.every(({ name }) => name === reviewer) ? "" : `, exported by ${reviewer}`;
}

/** The report as one page that needs nothing else: no script, pictures and style inside. */
export function reportHtml(
  head: ReportHead,
  report: Report,
  classes: ClassTable,
  crops: readonly ReportCrop[],
): string {
  const { accepted, rejected, skipped } = report.decisions;
  const { model, find, lint, hand } = report.pixelsBy;
  const title = `Label report: ${head.dataset}`;
  const facts: readonly (readonly [string, string])[] = [
    ["Data set", `${head.dataset} (${head.layout})`],
    ["Images", `${whole(report.images)}, ${whole(report.reviewed)} marked as reviewed`],
    ["Changed", `${counted(report.changedPixels, "pixel")} in ${imageCount(report.changedImages)}${heldText(report)}`],
    ["Decisions", `${whole(accepted)} accepted, ${whole(rejected)} rejected, ${whole(skipped)} skipped`],
    [
      "Pixels written",
      `${whole(model)} rebuilt under a mask, ${whole(find)} found by the model, ${whole(lint)} by checks, ${whole(hand)} by hand`,
    ],
    ["Model", report.models.join(", ") || "none"],
    ["Mask ratios", report.ratios.map((ratio) => (ratio === 0 ? "mask alone" : percent(ratio))).join(", ") || "none"],
    ["Reviewer", reviewerText(head, report)],
    ["Decided", head.decided === null ? "nothing yet" : [...new Set(head.decided.map(when))].join(" to ")],
    ["Report made", `${when(head.created)} by ${head.generator}${exporterText(head, report)}`],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<dl>${facts.map(([name, text]) => `<div><dt>${name}</dt><dd>${escaped(text)}</dd></div>`).join("")}</dl>
${section("What was changed to what", pairTable(report, classes), report.pairs.length === 0 ? "Nothing was changed." : "What was overwritten later is counted too, as in changes.json.")}
${section("Classes before and after", classTable(report, classes), beforeText(report))}
${section("Did the model keep its word?", binTable(report), report.bins.length === 0 ? "No suggestion with a confidence was decided." : "Of the suggestions decided, how many were accepted as proposed, beside the confidence the model gave them.")}
${section("Before and after", cropFigures(crops, classes), crops.length === 0 ? "No place to show." : `${counted(crops.length, "place")}, drawn at random over the pairs of classes.`)}
${section("Open", openTable(report), openText(report))}
${
  report.notRead.length === 0
    ? ""
    : section(
        "Labels that could not be read",
        table(
          ["Label", "Why"],
          report.notRead.slice(0, mostRows).map(({ label, reason }) => [escaped(label), escaped(reason)]),
        ),
        more(report.notRead.length),
      )
}
</body>
</html>
`;
}

function section(title: string, content: string, text: string): string {
  return `<section><h2>${title}</h2><p>${escaped(text)}</p>${content}</section>`;
}

function pairTable({ pairs }: Report, classes: ClassTable): string {
  const rows = pairs.map(({ from, to, pixels, places }) => [
    swatch(classes, from),
    swatch(classes, to),
    whole(pixels),
    whole(places),
  ]);
  return table(["From", "To", "#Pixels", "#Places"], rows);
}

function classTable({ classes: lines }: Report, classes: ClassTable): string {
  const rows = lines.map(({ id, pixels, images }) => [
    swatch(classes, id),
    whole(id),
    whole(images[0]),
    whole(images[1]),
    whole(pixels[0]),
    whole(pixels[1]),
    signed(pixels[1] - pixels[0]),
  ]);
  return table(["Class", "#Id", "#Images before", "#after", "#Pixels before", "#after", "#Difference"], rows);
}

function binTable({ bins }: Report): string {
  const rows = bins.map((bin) => [
    `${percent(bin.from)} to ${percent(bin.to)}`,
    whole(bin.accepted),
    whole(bin.otherClass),
    whole(bin.rejected),
    percent(bin.promised),
    `${percent(acceptRate(bin))}<span class="bar"><i style="width:${percent(acceptRate(bin)).replace(" ", "")}"></i><b style="left:${percent(bin.promised).replace(" ", "")}"></b></span>`,
  ]);
  return table(["Confidence", "#Accepted", "#Another class", "#Rejected", "#Promised", "#Kept"], rows);
}

function cropFigures(crops: readonly ReportCrop[], classes: ClassTable): string {
  const figures = crops.map(({ image, from, to, pixels, before, after }) => {
    const what =
      from === to ? `${nameIn(classes, from)}: outline` : `${nameIn(classes, from)} to ${nameIn(classes, to)}`;
    const picture = (address: string, side: string) =>
      `<img src="${address}" alt="${escaped(`${image}, ${what}: ${side}`)}">`;
    return `<figure><div>${picture(before, "before")}${picture(after, "after")}</div><figcaption>${escaped(what)}<br>${escaped(image)}, ${whole(pixels)} px</figcaption></figure>`;
  });
  return `<div class="crops">${figures.join("")}</div>`;
}

function openRows({ rows }: Report) {
  return rows.filter(({ undecided }) => undecided > 0).sort((a, b) => b.undecided - a.undecided);
}

function openText(report: Report): string {
  const open = openRows(report);
  const rows = open.reduce((sum, { undecided }) => sum + undecided, 0);
  const left = report.images - report.reviewed;
  return `${counted(rows, "suggestion")} in ${imageCount(open.length)} ${rows === 1 ? "is" : "are"} undecided; not marked as reviewed: ${imageCount(left)}.${more(open.length)}`;
}

function openTable(report: Report): string {
  const rows = openRows(report)
    .slice(0, mostRows)
    .map(({ name, undecided, reviewed }) => [escaped(name), whole(undecided), reviewed ? "yes" : "no"]);
  return table(["Image", "#Undecided", "Reviewed"], rows);
}

function more(count: number): string {
  return count > mostRows ? ` The first ${mostRows} are listed; images.csv has all.` : "";
}

/** @param header A name that begins with # is a column of numbers. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const side = header.map((name) => (name.startsWith("#") ? ' class="number"' : ""));
  const head = header.map((name, i) => `<th scope="col"${side[i]}>${name.replace("#", "")}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${side[i]}>${cell}</td>`).join("")}</tr>`);
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`;
}

function swatch(classes: ClassTable, id: number): string {
  const color = classOf(classes, id)?.color;
  const patch = color === undefined ? "" : `<span class="patch" style="background:${rgbToHex(color)}"></span>`;
  return `${patch}${escaped(nameIn(classes, id))}`;
}

function whole(count: number): string {
  return count.toLocaleString("en");
}

function imageCount(count: number): string {
  return `${whole(count)} ${count === 1 ? "image" : "images"}`;
}

function signed(count: number): string {
  return `${count > 0 ? "+" : ""}${whole(count)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

function when(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d5dbe1, #3a3f45); --soft: light-dark(#5b6670, #a3adb7); --teal: light-dark(#0f8a8a, #38b2ac); }
body { font: 14px/1.5 system-ui, sans-serif; max-width: 980px; margin: 32px auto; padding: 0 20px; color: light-dark(#1d2329, #e4e8ec); background: light-dark(#fff, #1b1d20); }
h1 { font-size: 24px; margin: 0 0 16px; border-left: 4px solid var(--teal); padding-left: 12px; }
h2 { font-size: 17px; margin: 32px 0 2px; }
p { margin: 0 0 8px; color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); gap: 4px 24px; margin: 0; }
dl div { display: flex; gap: 12px; }
dt { flex: none; width: 104px; color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; color: var(--soft); }
.number { text-align: right; }
.patch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 8px; border: 1px solid var(--line); vertical-align: -1px; }
.bar { display: inline-block; position: relative; width: 120px; height: 9px; margin-left: 10px; background: light-dark(#e9edf0, #2c3136); border-radius: 2px; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--teal); border-radius: 2px; }
.bar b { position: absolute; top: -3px; bottom: -3px; width: 2px; background: #f59f00; }
.crops { display: grid; grid-template-columns: repeat(auto-fill, minmax(216px, 1fr)); gap: 16px; }
figure { margin: 0; break-inside: avoid; }
figure div { display: flex; gap: 4px; }
figure img { width: calc(50% - 2px); object-fit: contain; image-rendering: pixelated; border-radius: 3px; background: light-dark(#f1f3f5, #25282c); }
figcaption { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
tr { break-inside: avoid; }
@media print { :root { color-scheme: light; } body { margin: 0; max-width: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
