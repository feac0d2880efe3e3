/** From a page to a service worker. */
export type ToServiceWorker =
  /** Are all files here? Fetch what is missing. `script` is the page's own, by which its version is known. */
  | { readonly type: "check"; readonly script: string }
  /** Take over from the version before. */
  | { readonly type: "activate" };

/** From a service worker to the pages. */
export type FromServiceWorker =
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  /** All files are here; `serves` says whether this page is served from them without being reloaded. */
  | { readonly type: "ready"; readonly serves: boolean }
  | { readonly type: "failed"; readonly reason: string }
  /** It did not take over: so many other windows still run the version before. */
  | { readonly type: "others"; readonly count: number };
