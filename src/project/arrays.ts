/** A typed array of a packed value: where it is stored. */
interface ArrayRef {
  readonly arrays: string;
  readonly at: number;
}

/**
 * A copy of plain data with every typed array replaced by what `refOf` says: structured cloning keeps sharing only within one
 * value, and versions of a proposal share arrays of megabytes.
 */
export function packArrays(value: unknown, refOf: (array: ArrayBufferView) => ArrayRef): unknown {
  return mapped(value, (one) => (ArrayBuffer.isView(one) ? refOf(one) : undefined));
}

/** The value again; the same arrays wherever they were the same. */
export function unpackArrays(packed: unknown, arrayOf: (ref: ArrayRef) => ArrayBufferView): unknown {
  return mapped(packed, (one) => (isArrayRef(one) ? arrayOf(one) : undefined));
}

function mapped(value: unknown, replace: (one: object) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const other = replace(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((one) => mapped(one, replace));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, replace)]));
}

export function isArrayRef(value: unknown): value is ArrayRef {
  if (typeof value !== "object" || value === null) return false;
  const { arrays, at } = value as Partial<ArrayRef>;
  return typeof arrays === "string" && typeof at === "number";
}
