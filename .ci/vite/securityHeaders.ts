import type { Connect, Plugin } from "vite";

/** Everything comes from our own origin; nothing is sent anywhere. Mantine writes style elements and attributes. */
function contentSecurityPolicy(scripts: string): string {
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const page = contentSecurityPolicy("'self' 'wasm-unsafe-eval'");

/**
 * tfjs starts its wasm threads from blob URLs, and those workers import a blob script. They inherit the policy of the
 * worker that starts them, so only worker scripts are answered with this one; the page itself stays without blobs.
 */
const worker = contentSecurityPolicy("'self' 'wasm-unsafe-eval' blob:");

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

function answerWith(policies: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    const isWorker = request.headers["sec-fetch-dest"] === "worker";
    if (policies) response.setHeader("Content-Security-Policy", isWorker ? worker : page);
    next();
  };
}

/**
 * Cross-origin isolation (wasm threads need it) in development and preview, and the content security policy in
 * preview: what `npm start` serves. The development server injects inline scripts, so it goes without the policy.
 */
export function securityHeaders(): Plugin {
  return {
    name: "maskmend:security-headers",
    configureServer(server) {
      server.middlewares.use(answerWith(false));
    },
    configurePreviewServer(server) {
      server.middlewares.use(answerWith(true));
    },
  };
}
