/** The keys as "?" shows them. */
export const keyList: readonly { readonly group: string; readonly rows: readonly (readonly [string, string])[] }[] = [
  {
    group: "Review",
    rows: [
      ["Accept the suggestion", "Enter or Y"],
      ["Reject it", "N"],
      ["Skip it", "S"],
      ["Accept all above the threshold", "Shift+Enter"],
      ["Next / previous suggestion", "J / Shift+J, Tab / Shift+Tab"],
      ["Find errors", "F2"],
      ["Stop; then clear the mask", "Esc"],
      ["Mask ratio down / up", ", / ."],
    ],
  },
  {
    group: "Tools",
    rows: [
      ["Mask brush / eraser", "B / E (Ctrl+drag erases)"],
      ["Mask rectangle / lasso", "R / L"],
      ["Select region", "C"],
      ["Class brush, fill, pick class", "K, G, I"],
      ["Brush smaller / larger", "[ / ], Shift+wheel"],
      ["Choose class", "1 to 9"],
      ["Undo / redo", "Ctrl+Z / Ctrl+Shift+Z, Ctrl+Y"],
    ],
  },
  {
    group: "View",
    rows: [
      ["Zoom", "Wheel, Ctrl+wheel, + / -"],
      ["Fit / 1:1", "F / 0"],
      ["Pan", "Middle drag, Space+drag, Shift+arrows"],
      ["Hide the label", "H"],
      ["Label as opened", "hold O"],
    ],
  },
  {
    group: "Images",
    rows: [
      ["Next / previous image", "Right / Left, D / A"],
      ["Next unreviewed image", "Shift+D"],
      ["Save", "Ctrl+S"],
      ["This list", "?"],
    ],
  },
];
