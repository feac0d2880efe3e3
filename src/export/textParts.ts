/** A long text, written piece by piece. */
export interface TextParts {
  add(text: string): void;
  /** All of it, as UTF-8. */
  blob(): Blob;
}

/** Characters kept as text before they become bytes of a blob. */
const most = 1 << 20;

/** What is written leaves the heap: a blob's bytes are the browser's, which puts many of them on disk. */
export function createTextParts(): TextParts {
  const parts: Blob[] = [];
  let waiting: string[] = [];
  let length = 0;
  const settle = (): void => {
    if (waiting.length > 0) parts.push(new Blob(waiting));
    waiting = [];
    length = 0;
  };
  return {
    add(text) {
      waiting.push(text);
      length += text.length;
      if (length >= most) settle();
    },
    blob() {
      settle();
      return new Blob(parts);
    },
  };
}
