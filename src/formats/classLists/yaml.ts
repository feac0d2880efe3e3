/** Class lists nest a few levels; keys that are collections within collections take time by the cube of the depth. */
const deepest = 16;

/**
 * Collections opened one in another on one line, indentation, commas and quotes as no list has them: the library's patterns
 * for them outgrow memory, or its errors take time by their square.
 */
const isTooDeep = /^[ \t]*(?:(?:[-?:]|[&!]\S*)[ \t]+){16}|^ {200}|(?:[[{][ \t]*){16}|(?:,[ \t]*){4}|["']{8}/m;

/**
 * The value of a YAML document. The library's own `parse` compares each key with all others, goes on after errors, and
 * writes collections out where they are keys: minutes for a hostile megabyte.
 * @returns undefined for what is no YAML, holds several documents or one key twice, or nests deeper than any class list.
 */
export async function yamlValue(text: string): Promise<unknown> {
  if (isTooDeep.test(text)) return undefined;
  const { Composer, isCollection, isMap, isPair, isScalar, Parser } = await import("yaml");
  const isPlain = (node: unknown, depth: number): boolean => {
    if (isPair(node)) return isPlain(node.key, depth) && isPlain(node.value, depth);
    if (!isCollection(node)) return true;
    if (depth === deepest) return false;
    if (isMap(node)) {
      const keys = node.items.map(({ key }) => (isScalar(key) ? key.value : key));
      if (new Set(keys).size < keys.length) return false;
    }
    return node.items.every((item) => isPlain(item, depth + 1));
  };
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: "silent" });
  const documents = [];
  for (const token of new Parser().parse(text)) {
    if (token.type === "error") return undefined;
    for (const document of composer.next(token)) {
      if (document.errors.length > 0) return undefined;
      documents.push(document);
    }
    if (documents.length > 1) return undefined;
  }
  documents.push(...composer.end());
  const [document, other] = documents;
  if (document === undefined) return null;
  if (other || document.errors.length > 0 || !isPlain(document.contents, 0)) return undefined;
  return document.toJS();
}
