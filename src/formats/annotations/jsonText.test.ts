import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editList, elementSpans, memberSpan, parseJson, replaceSpans, rootSpan } from "./jsonText";

describe("places in a JSON text", () => {
  it("hold the values that JSON.parse finds", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (list, space) => {
        const text = JSON.stringify(list, null, space);
        const spans = elementSpans(text, rootSpan(text));
        expect(spans.map(({ start, end }) => JSON.parse(text.slice(start, end)))).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2), (object, space) => {
        const text = JSON.stringify(object, null, space);
        for (const [name, value] of Object.entries(JSON.parse(text))) {
          const span = memberSpan(text, rootSpan(text), name);
          expect(span && JSON.parse(text.slice(span.start, span.end))).toEqual(value);
        }
      }),
    );
  });

  it("of equal names are the last one's, as JSON.parse takes it", () => {
    const text = '{"a": 1, "a": [2]}';
    const span = memberSpan(text, rootSpan(text), "a");
    expect(span && text.slice(span.start, span.end)).toBe("[2]");
  });

  it("let a list be edited and leave everything else as it stands, numbers included", () => {
    const text = '\uFEFF{ "big": 12345678901234567890,\n"list": [\n  {"v": 1.0}, \n  {"v": 2e1}\n ], "z": 0.10 }';
    const list = memberSpan(text, rootSpan(text), "list");
    if (!list) throw new Error("not found");
    const edited = replaceSpans(text, [{ span: list, by: editList(text, list, (i) => i === 1, ['{"new":3}']) }]);
    expect(edited).toBe(
      '\uFEFF{ "big": 12345678901234567890,\n"list": [\n  {"v": 1.0}, \n  {"new":3}\n ], "z": 0.10 }',
    );
    expect(parseJson(new TextEncoder().encode(edited)).value).toMatchObject({ list: [{ v: 1 }, { new: 3 }] });
  });
});
