/** A call such as `Label("road", 7, 0)`: what it is given in order, and by name. */
interface Call {
  readonly args: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

class Unreadable extends Error {}

/**
 * The literal values that Python code assigns to names: `CLASSES = ("road", "sky")`, `METAINFO = dict(classes=(...))`.
 * Tuples become arrays, dicts objects (a tuple as a key becomes "r,g,b"), `dict(a=1)` an object, any other call an object
 * of its named arguments, with its first text as `name`, its whole numbers as `id` and `trainId` and its last
 * triple as `color` (cityscapesScripts' `Label`). Anything else that is assigned is passed over.
 */
export function pythonAssignments(text: string): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const budget = { tokens: mostTokens };
  for (const match of text.matchAll(assignment)) {
    if (budget.tokens <= 0) break;
    const value = literalAt(text, match.index + match[0].length, budget);
    if (value !== undefined && !(match[1] in found)) found[match[1]] = value;
  }
  return found;
}

/** The value of a text that is one literal of Python or JSON; undefined where it is none. */
export function pythonLiteral(text: string): unknown {
  return literalAt(text, 0, { tokens: mostTokens }, true);
}

/** `name =`, `self.name: list[str] =`; what an annotation ends in is no blank, so that blanks are matched in one way only. */
const assignment = /^[ \t]*(?:\w+\.)*(\w+)(?:[ \t]*:[\w[\], \t.|]*[\w\].])?[ \t]*=(?!=)[ \t]*/gm;

/** How many more tokens may be read: brackets that nobody closes would be read to the end of the text each. */
interface Budget {
  tokens: number;
}

function literalAt(text: string, from: number, budget: Budget, isAll = false): unknown {
  const tokens = tokensOf(text, from, budget);
  const reader = { tokens, at: 0 };
  try {
    const value = readValue(reader, 0);
    if (isAll && reader.at < tokens.length) return undefined;
    return value;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const token =
  /\s+|#[^\n]*|\\\n|[rubf]{0,2}("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|-?(?:0x[\da-f]+|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|[A-Za-z_][\w.]*|[()[\]{},:=]/iy;

/** More belongs to no class list: ten for each of 65,536 ids. */
const mostTokens = 700_000;

/** Texts keep a quote in front, so that they are not taken for names. */
function tokensOf(text: string, from: number, budget: Budget): string[] {
  const tokens: string[] = [];
  token.lastIndex = from;
  let depth = 0;
  for (let match = token.exec(text); match !== null && budget.tokens > 0; match = token.exec(text)) {
    const [whole, quoted] = match;
    budget.tokens -= 1;
    if (/^(\s|#|\\\n)/.test(whole)) {
      // A line ends what is assigned unless a bracket is open.
      if (depth === 0 && tokens.length > 0 && whole.includes("\n")) break;
      continue;
    }
    if (quoted !== undefined) tokens.push(`"${unescaped(quoted)}`);
    else tokens.push(whole);
    if (/^[([{]$/.test(whole)) depth += 1;
    if (/^[)\]}]$/.test(whole)) depth -= 1;
    if (depth < 0) break;
  }
  return tokens;
}

function unescaped(quoted: string): string {
  const inner = /^("""|''')/.test(quoted) ? quoted.slice(3, -3) : quoted.slice(1, -1);
  return inner.replace(/\\u([\da-f]{4})|\\(.)/gi, (_, code?: string, character?: string) =>
    code
      ? String.fromCharCode(Number.parseInt(code, 16))
      : character === "n" || character === "t"
        ? " "
        : (character ?? ""),
  );
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

function take(reader: Reader, what: string): boolean {
  if (reader.tokens[reader.at] !== what) return false;
  reader.at += 1;
  return true;
}

function readValue(reader: Reader, depth: number): unknown {
  const first = reader.tokens[reader.at++];
  if (first === undefined || depth > 8) throw new Unreadable();
  if (first.startsWith('"')) {
    let text = first.slice(1);
    // "a" "b" is one text.
    while (reader.tokens[reader.at]?.startsWith('"')) text += reader.tokens[reader.at++].slice(1);
    return text;
  }
  if (first === "[" || first === "(") return items(reader, first === "[" ? "]" : ")", depth);
  if (first === "{") return dict(reader, depth);
  const number = Number(first);
  if (!Number.isNaN(number)) return number;
  if (/^(true|false)$/i.test(first)) return /^true$/i.test(first);
  if (/^(none|null)$/i.test(first)) return null;
  if (!/^\w/.test(first) || !take(reader, "(")) throw new Unreadable();
  const call = argumentsOf(reader, depth);
  if (/^(np\.|numpy\.|torch\.)?(array|asarray|tensor|tuple|list|set|frozenset|OrderedDict)$/.test(first)) {
    return call.args[0];
  }
  return first === "dict" ? call.named : described(call);
}

/** Within brackets; `(x)` alone is x, which never matters: a list of one is written `(x,)`. */
function items(reader: Reader, closing: string, depth: number): readonly unknown[] {
  const values: unknown[] = [];
  while (!take(reader, closing)) {
    values.push(readValue(reader, depth + 1));
    if (!take(reader, ",") && reader.tokens[reader.at] !== closing) throw new Unreadable();
  }
  return values;
}

function dict(reader: Reader, depth: number): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  while (!take(reader, "}")) {
    const key = readValue(reader, depth + 1);
    // A set.
    if (!take(reader, ":")) throw new Unreadable();
    found[String(key)] = readValue(reader, depth + 1);
    if (!take(reader, ",") && reader.tokens[reader.at] !== "}") throw new Unreadable();
  }
  return found;
}

function argumentsOf(reader: Reader, depth: number): Call {
  const args: unknown[] = [];
  const named: Record<string, unknown> = {};
  while (!take(reader, ")")) {
    const name = reader.tokens[reader.at];
    if (/^[A-Za-z_]/.test(name ?? "") && reader.tokens[reader.at + 1] === "=") {
      reader.at += 2;
      named[name] = readValue(reader, depth + 1);
    } else {
      args.push(readValue(reader, depth + 1));
    }
    if (!take(reader, ",") && reader.tokens[reader.at] !== ")") throw new Unreadable();
  }
  return { args, named };
}

/** What a call such as `Label("road", 7, 0, "flat", 1, False, False, (128, 64, 128))` says of a class. */
function described({ args, named }: Call): Readonly<Record<string, unknown>> {
  const name = args.find((part) => typeof part === "string");
  const [id, trainId] = args.filter((part) => typeof part === "number");
  const color = args.filter((part) => Array.isArray(part) && part.length === 3).pop();
  const flags = args.filter((part) => typeof part === "boolean");
  return {
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
    ...(trainId === undefined ? {} : { trainId }),
    ...(color === undefined ? {} : { color }),
    // Label's second flag.
    ...(flags.length === 2 ? { ignoreInEval: flags[1] } : {}),
    ...named,
  };
}
