import { mkdirSync } from "node:fs";
import path from "node:path";

import type { Page } from "@playwright/test";

import { Phones } from "../support/phones.ts";
import { type Server, startServer } from "../support/server.ts";
import { addPerson, enterDemo, fillSignIn, type Person } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

const folder = path.resolve(import.meta.dirname, "../test-results/screens");
const documented = path.resolve(import.meta.dirname, "../../docs/images/inbox-ar.png");
/** One of the seeded conversations near the top: the newest may still move when traffic begins. */
const looked = 2;

let demo: Server;
let fresh: Server;
/** Has an admin and no number yet. */
let begun: Server;
let admin: Person;

test.beforeAll(async () => {
  [demo, fresh, begun] = await Promise.all([startServer({ demo: true }), startServer(), startServer()]);
  admin = addPerson(begun, "Layla Adel", "admin");
});
test.afterAll(() => Promise.all([demo?.dispose(), fresh?.dispose(), begun?.dispose()]));

/** Every screen must be whole, readable and within the window; its picture is kept to be looked at. */
async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
  const [wide, window] = await page.evaluate(() => [document.scrollingElement?.scrollWidth ?? 0, innerWidth] as const);
  expect(wide, `${name}: nothing may stick out sideways`).toBeLessThanOrEqual(window);
  await expectNoAxeViolations(page);
}

for (const language of ["ar", "en"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1440, 390] as const) {
      test(`screens: ${language}, ${colorScheme}, ${width} px`, async ({ openPage }) => {
        test.setTimeout(120_000);
        mkdirSync(folder, { recursive: true });
        const narrow = width === 390;
        const viewport = { width, height: narrow ? 844 : 900 };
        const screen = `${language}-${colorScheme}-${width}`;

        const page = await openPage(language, { colorScheme, viewport });
        await page.goto(`${demo.urlFor("yasmine")}/signin`);
        await expect(page.locator("html")).toHaveAttribute("dir", language === "ar" ? "rtl" : "ltr");
        await look(page, `${screen}-signin`);

        const inbox = await enterDemo(page, demo, "yasmine", language);
        await expect(inbox.rows.first()).toBeVisible();
        await look(page, `${screen}-list`);

        const row = inbox.rows.nth(looked);
        const name = (await row.locator(".row__name").textContent()) ?? "";
        await page.goto(`${demo.urlFor("yasmine")}${await row.getAttribute("href")}`);
        await inbox.isLive();
        await expect(page.locator(".who__name")).toHaveText(name);
        await expect(page.locator(".msgs .msg").first()).toBeVisible();
        await look(page, `${screen}-thread`);
        if (language === "ar" && colorScheme === "light" && !narrow && process.env["MAJLIS_UPDATE_IMAGES"] === "1") {
          await page.screenshot({ path: documented, animations: "disabled" });
        }
        if (narrow) {
          await page.locator(".who").click();
          await expect(page.locator(".panel")).toBeVisible();
          await look(page, `${screen}-customer`);
        }

        for (const section of ["profile", "numbers", "people"]) {
          await page.goto(`${demo.urlFor("yasmine")}/settings/${section}`);
          await expect(page.locator(".settings__title")).toBeVisible();
          await expect(page.locator(section === "profile" ? ".settings__inner form" : ".table tbody tr").first()).toBeVisible();
          await look(page, `${screen}-settings-${section}`);
        }
        await page.locator(".table tbody tr").first().getByRole("button").click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await look(page, `${screen}-settings-person`);

        await expect.poll(() => fresh.setupLink).not.toBeNull();
        await page.goto(fresh.setupLink as string);
        await look(page, `${screen}-setup`);

        await page.goto(`${begun.url}/signin`);
        await fillSignIn(page, language, admin.email, admin.password);
        await expect(page.locator(".choice")).toHaveCount(2);
        await look(page, `${screen}-welcome`);
        await page.locator(".choice").first().click();
        const field = (name: string) => page.locator(`input[name=${name}]`);
        await field("name").fill("متجر ريحان");
        await field("display_phone").fill("+20 100 000 0100");
        await field("phone_number_id").fill("300000000000001");
        await field("waba_id").fill("200000000000001");
        await look(page, `${screen}-connect-number`);
        await page.locator(".setup__foot button[type=submit]:visible").click();
        await expect(field("verify_token")).toBeVisible();
        await look(page, `${screen}-connect-keys`);
      });
    }
  }
}

test("what a customer writes stays text", async ({ openPage }) => {
  const phones = new Phones(demo);
  const inbox = await enterDemo(await openPage("ar"), demo, "mona", "ar");
  const said = [
    "<img src=x onerror=alert(1)><b>bold</b>",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "\u202Eexe.gpj\u202C \u2067abc\u2069",
    "https://rayhan.example/a?b=1&c=<i>",
  ] as const;
  let dialogs = 0;
  inbox.page.on("dialog", (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  const name = "<u>Zed</u> \u202Eolleh";
  const key = await phones.add(name, "+20 100 000 7501");
  for (const text of said) await phones.say(key, text);
  await inbox.page.locator(".row__name").filter({ hasText: "<u>Zed</u>" }).click();
  const bubbles = inbox.page.locator(".msg[data-dir=in] .bubble__text");
  await expect(bubbles).toHaveCount(said.length);
  for (const [at, text] of said.entries()) expect(await bubbles.nth(at).textContent()).toBe(text);
  // No element but paragraphs, and the one address that is a web address; nobody's direction leaks out.
  await expect(bubbles.locator(":not(p, a, bdi)")).toHaveCount(0);
  await expect(bubbles.locator("a")).toHaveCount(1);
  await expect(bubbles.locator("a")).toHaveAttribute("href", "https://rayhan.example/a?b=1&c=");
  await expect(bubbles.locator("a")).toHaveAttribute("rel", /noopener/);
  await expect(inbox.page.locator(".row u, .who u, .panel u, .row img")).toHaveCount(0);
  expect(await inbox.page.locator(".who__name").evaluate((element) => element.tagName)).toBe("BDI");
  await expect(inbox.page).toHaveURL(/\/inbox\//);
  expect(dialogs).toBe(0);
});
