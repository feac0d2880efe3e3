import { useEffect, useState } from "react";

/** The text of a file served beside the app. */
export function useText(path: string): string {
  const [text, setText] = useState("Loading…");
  useEffect(() => {
    const stop = new AbortController();
    readText(path, stop.signal).then(
      (found) => setText(found),
      (error: unknown) => {
        if (!stop.signal.aborted)
          setText(`${path} could not be read (${String(error)}). Reload the page to try again.`);
      },
    );
    return () => stop.abort();
  }, [path]);
  return text;
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(new URL(path, document.baseURI), { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}
