/** What the policy is for, and what carries it to the browser. */
interface PolicyUse {
  readonly of: "page" | "worker";
  readonly in: "header" | "meta";
}

/**
 * Everything comes from our own origin; nothing is sent anywhere. Mantine writes style elements and attributes. tfjs starts
 * its wasm threads from blob URLs, and those workers import a blob script. They inherit the policy of the worker that starts
 * them, so only worker scripts are answered with blobs among the scripts; the page itself stays without.
 *
 * A meta element cannot hold frame-ancestors (nor sandbox and report-uri, which are not used): on a bare host others may show
 * the app in a frame until the service worker, which sends headers, answers. Worker scripts get no policy from it either.
 */
export function contentSecurityPolicy({ of, in: carrier }: PolicyUse): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval'${of === "worker" ? " blob:" : ""}`,
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    ...(carrier === "header" ? ["frame-ancestors 'none'"] : []),
  ].join("; ");
}

/** Cross-origin isolation, which wasm threads need, and what else every answer says. */
export const isolation: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** They speak of the body as it was sent, which is unpacked by the time it is kept. */
const ofTheTransfer = ["Content-Encoding", "Content-Length", "Transfer-Encoding"];

/**
 * Headers of a kept answer as the service worker serves it. What the host set stays, where it set something; only a worker's
 * policy is always ours, as the host did not know that the file it kept for us is for a worker.
 *
 * @param destination `Request.destination` of who asks.
 */
export function servedHeaders(kept: Headers, destination: string): Headers {
  const headers = new Headers(kept);
  for (const name of ofTheTransfer) headers.delete(name);
  for (const [name, value] of Object.entries(isolation)) if (!headers.has(name)) headers.set(name, value);
  const policy = "Content-Security-Policy";
  if (destination === "worker") headers.set(policy, contentSecurityPolicy({ of: "worker", in: "header" }));
  else if (!headers.has(policy)) headers.set(policy, contentSecurityPolicy({ of: "page", in: "header" }));
  return headers;
}
