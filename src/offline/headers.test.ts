import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, isolation, servedHeaders } from "./headers";

const policyOf = (headers: Headers) => headers.get("Content-Security-Policy") ?? "";

describe("the content security policy", () => {
  it("is the same in a meta element but for what that cannot hold", () => {
    const header = contentSecurityPolicy({ of: "page", in: "header" }).split("; ");
    const meta = contentSecurityPolicy({ of: "page", in: "meta" }).split("; ");
    expect(header.filter((one) => !meta.includes(one))).toEqual(["frame-ancestors 'none'"]);
    expect(meta.filter((one) => !header.includes(one))).toEqual([]);
  });

  it("names no other origin, and lets scripts come from blobs in workers only", () => {
    for (const of of ["page", "worker"] as const) {
      const policy = contentSecurityPolicy({ of, in: "header" });
      expect(policy).not.toMatch(/https?:|\*|'unsafe-eval'/);
      expect(/script-src[^;]*blob:/.test(policy)).toBe(of === "worker");
    }
  });
});

describe("headers the service worker serves with", () => {
  const bare = new Headers({ "Content-Type": "text/html" });

  it("isolate a page of a host that sets none", () => {
    const headers = servedHeaders(bare, "document");
    for (const [name, value] of Object.entries(isolation)) expect(headers.get(name)).toBe(value);
    expect(headers.get("Content-Type")).toBe("text/html");
    expect(policyOf(headers)).toBe(contentSecurityPolicy({ of: "page", in: "header" }));
  });

  it("leave what the host set", () => {
    const host = {
      "Cross-Origin-Embedder-Policy": "credentialless",
      "Content-Security-Policy": "default-src 'self'; frame-ancestors https://example.org",
      "Referrer-Policy": "same-origin",
    };
    const headers = servedHeaders(new Headers(host), "document");
    for (const [name, value] of Object.entries(host)) expect(headers.get(name)).toBe(value);
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
  });

  it("give a worker its own policy, also where the host sent the page's with its script", () => {
    const page = contentSecurityPolicy({ of: "page", in: "header" });
    const headers = servedHeaders(new Headers({ "Content-Security-Policy": page }), "worker");
    expect(policyOf(headers)).toBe(contentSecurityPolicy({ of: "worker", in: "header" }));
    expect(policyOf(servedHeaders(new Headers({ "Content-Security-Policy": page }), "script"))).toBe(page);
  });

  it("do not speak of a compression that is undone, and leave the kept ones alone", () => {
    const kept = new Headers({ "Content-Encoding": "br", "Content-Length": "7" });
    const headers = servedHeaders(kept, "script");
    expect([headers.get("Content-Encoding"), headers.get("Content-Length")]).toEqual([null, null]);
    expect(kept.get("Content-Encoding")).toBe("br");
    expect(kept.has("Cross-Origin-Opener-Policy")).toBe(false);
  });
});
