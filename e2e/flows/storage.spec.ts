import { expect, test, tinyModel } from "../fixtures/test.ts";

const start = `?backend=wasm&model=${tinyModel}`;

test("a storage that does not answer leaves no blank page: it is said, and work is kept once it does", async ({
  context,
  page,
  editor,
}) => {
  // Another tab holds the database, which is to be deleted: whoever opens it waits.
  const other = await context.newPage();
  await other.goto("/THIRD_PARTY_NOTICES.txt");
  await other.evaluate(async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.open("maskmend", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("values");
      request.onsuccess = () => resolve();
    });
    indexedDB.deleteDatabase("maskmend");
  });
  await editor.start(start);
  await expect(editor.toasts).toContainText("Work cannot be kept now");
  await editor.trySample();
  await editor.button("Got it").click();
  await editor.paintWith("book");
  await editor.choose("Fill");
  await editor.click({ x: 520, y: 200 });
  const changed = await editor.pixels("changed");
  expect(changed).toBeGreaterThan(0);
  await expect(page.locator('[data-saved="failed"]')).toContainText("does not answer");

  await other.close();
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await expect(editor.toasts.filter({ hasText: "Work can be kept again" })).toBeVisible();
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(editor.mirror("changed")).toHaveAttribute("data-pixels", String(changed));
});

test("a storage that fails at first, as after a crash, is no reason to forget earlier work", async ({
  page,
  editor,
}) => {
  await editor.start(start);
  await editor.trySample();
  await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    let failures = 2;
    IDBFactory.prototype.open = function (...given) {
      // What Chromium says while a process that is dying still holds the files.
      if (failures-- > 0) throw new DOMException("Internal error opening backing store", "UnknownError");
      return open.apply(this, given);
    };
  });
  await page.reload();
  await expect(editor.resume).toBeVisible();
  await editor.resume.click();
  await editor.imageOpen("01-street");
});

test("a connection that the browser closes is opened anew by the next edit", async ({ page, editor }) => {
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    const made: IDBDatabase[] = [];
    IDBFactory.prototype.open = function (...given) {
      const request = open.apply(this, given);
      request.addEventListener("success", () => made.push(request.result));
      return request;
    };
    Object.assign(window, { closeDatabases: () => made.splice(0).map((db) => db.close()).length });
  });
  await editor.start(start);
  await editor.trySample();
  await editor.button("Got it").click();
  await page.getByRole("switch", { name: "Live" }).uncheck();
  await editor.choose("Mask rectangle");
  for (const x of [100, 200, 300]) {
    const closed = await page.evaluate(() => (window as unknown as { closeDatabases(): number }).closeDatabases());
    expect(closed).toBe(1);
    await editor.drag([
      { x, y: 300 },
      { x: x + 40, y: 340 },
    ]);
    await expect(page.locator('[data-saved="saved"]')).toBeVisible();
  }
  const masked = await editor.pixels("mask");
  await page.reload();
  await editor.resume.click();
  await editor.imageOpen("01-street");
  await expect(editor.mirror("mask")).toHaveAttribute("data-pixels", String(masked));
});
