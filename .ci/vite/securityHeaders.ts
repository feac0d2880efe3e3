import type { Connect, Plugin } from "vite";
import { contentSecurityPolicy, isolation } from "../../src/offline/headers.ts";
import { serviceWorkerFile } from "./offline.ts";

const page = contentSecurityPolicy({ of: "page", in: "header" });
const worker = contentSecurityPolicy({ of: "worker", in: "header" });

function answerWith(policies: boolean): Connect.NextHandleFunction {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    const isWorker = request.headers["sec-fetch-dest"] === "worker";
    if (policies) response.setHeader("Content-Security-Policy", isWorker ? worker : page);
    next();
  };
}

/** Without a service worker, which would show the build before the newest one, and hide another app on the same port. */
const withoutServiceWorker: Connect.NextHandleFunction = (request, response, next) => {
  if (request.url?.split("?")[0] !== `/${serviceWorkerFile}`) return next();
  // Where 404 would do as well, but is an error in the browser's console.
  response.statusCode = 204;
  response.end();
};

/**
 * Cross-origin isolation (wasm threads need it) in development and preview, and the content security policy in
 * preview: what `npm start` serves. The development server injects inline scripts, so it goes without the policy.
 * The built page holds the policy too, for hosts that send no headers.
 */
export function securityHeaders(): Plugin {
  return {
    name: "maskmend:security-headers",
    configureServer(server) {
      server.middlewares.use(answerWith(false));
      server.middlewares.use(withoutServiceWorker);
    },
    configurePreviewServer(server) {
      server.middlewares.use(answerWith(true));
      server.middlewares.use(withoutServiceWorker);
    },
    transformIndexHtml(html, { server }) {
      if (server) return html;
      const meta = `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy({ of: "page", in: "meta" })}" />`;
      // Before anything is loaded, and after the encoding, which must be among the first bytes.
      return html.replace('<meta charset="utf-8" />', (charset) => `${charset}\n    ${meta}`);
    },
  };
}
