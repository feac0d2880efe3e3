import type { Aside } from "../project/asides";

/** What it holds, in words. */
export function asideSummary({ records }: Aside): string {
  const value = records.find(([name]) => name === "work")?.[1];
  const { index, decisions, past } = (typeof value === "object" ? (value ?? {}) : {}) as Record<string, unknown>;
  const tiles = index instanceof Uint32Array ? new Set(index.filter((_, i) => i % 3 === 0)).size : 0;
  const done = (past as { readonly done?: unknown } | undefined)?.done;
  const logged = records.filter(([name]) => name.startsWith("log\0")).length;
  const parts = [
    counted(tiles, "changed tile", " of 64 x 64 px"),
    counted(Array.isArray(decisions) ? decisions.length : 0, "decision"),
    counted(Array.isArray(done) ? done.length : 0, "undo step"),
    counted(logged, "later change"),
  ];
  return parts.filter((part) => part !== "").join(", ") || counted(records.length, "unreadable record");
}

function counted(count: number, what: string, of = ""): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}${of}`;
}

/** All of it as JSON; arrays of numbers as base64 of their bytes. */
export function asideText(aside: Aside): string {
  return JSON.stringify(aside, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { type: value.constructor.name, base64: btoa(binary) };
  });
}
