import { expect, test } from "@playwright/test";
import { appUrl, plainUrl } from "../fixtures/addresses.ts";

// Not with the other tests' fixture: there a refusal of the policy fails the test.
for (const [name, url] of [
  ["npm start's server", appUrl],
  ["a bare static host", plainUrl],
] as const) {
  test(`the content security policy holds on ${name}`, async ({ page }) => {
    await page.goto(url);
    const refused = await page.evaluate(async () => {
      const directives = new Set<string>();
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
        directives.add(effectiveDirective),
      );
      const add = (tag: string, properties: object) =>
        document.body.append(Object.assign(document.createElement(tag), properties));
      const elsewhere = "https://elsewhere.invalid/";
      add("script", { textContent: "window.wasRun = true" });
      add("script", { src: URL.createObjectURL(new Blob(["window.wasRun = true"])) });
      add("img", { src: elsewhere });
      add("link", { rel: "stylesheet", href: elsewhere });
      add("iframe", { src: elsewhere });
      add("object", { data: elsewhere });
      add("base", { href: elsewhere });
      add("audio", { src: elsewhere });
      await fetch(elsewhere).catch(() => undefined);
      // Later: in what the test itself runs, the browser allows it.
      setTimeout(() => new Function("window.wasRun = true")());
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { directives: [...directives].sort(), wasRun: "wasRun" in window };
    });
    expect(refused).toEqual({
      directives: [
        "base-uri",
        "connect-src",
        "frame-src",
        "img-src",
        "media-src",
        "object-src",
        "script-src",
        "script-src-elem",
        "style-src-elem",
      ],
      wasRun: false,
    });
  });
}
