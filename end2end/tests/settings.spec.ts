import type { Page } from "@playwright/test";

import { Inbox } from "../support/inbox.ts";
import { addPerson, fillSignIn, signIn } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";
import { words } from "../support/words.ts";

test("an admin adds a person, who chooses a password, and loses access at once", async ({
  majlis,
  meta,
  openPage,
  problems,
}) => {
  problems.allow(/console: Failed to load resource: .*\b(401|422)\b/);
  problems.allow(/WebSocket connection/);
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "Rayhan Shop");
  await meta.says(server, number, { name: "هبة السيد", waId: "201000007401" }, "السلام عليكم");
  const admin = (await signIn(await openPage("en"), server, addPerson(server, "Yasmine", "admin"), "en")).page;

  await admin.getByRole("link", { name: "Settings" }).click();
  await admin.getByRole("link", { name: "People" }).click();
  await admin.getByRole("button", { name: "Add a person" }).click();
  const adding = admin.getByRole("dialog");
  await adding.getByLabel("Name", { exact: true }).fill("نور حسن");
  await adding.getByLabel("E-mail", { exact: true }).fill("nour");
  await adding.getByRole("button", { name: "Add a person" }).click();
  await expect(adding.getByLabel("E-mail", { exact: true })).toHaveAccessibleDescription(/A whole address is needed/);
  await expect(adding.getByLabel("Name", { exact: true })).toHaveValue("نور حسن");
  await adding.getByLabel("E-mail", { exact: true }).fill("Nour@Rayhan.example");
  await adding.getByRole("button", { name: "Add a person" }).click();
  const link = (await adding.getByLabel("Link for choosing a password").textContent()) ?? "";
  expect(link).toContain(`/password/`);
  await expectNoAxeViolations(admin);
  await adding.getByRole("button", { name: "Done" }).click();
  const row = admin.getByRole("row").filter({ hasText: "نور حسن" });
  await expect(row).toContainText("Has not chosen a password yet");

  // The new colleague, in a browser of their own and in the other language.
  const nour = await openPage("ar");
  await nour.goto(new URL(new URL(link).pathname, server.url).href);
  await expect(nour.getByRole("heading", { level: 1 })).toContainText("نور حسن");
  await expectNoAxeViolations(nour);
  await nour.getByLabel("كلمة المرور الجديدة", { exact: true }).fill("قهوة بلا سكر");
  await nour.getByRole("button", { name: "حفظ كلمة المرور" }).click();
  const inbox = new Inbox(nour, "ar");
  await inbox.isLive();
  await expect(inbox.row("هبة السيد")).toBeVisible();

  // An agent sees oneself and nothing else.
  await nour.getByRole("link", { name: "الإعدادات" }).click();
  await expect(nour.getByRole("heading", { name: "حسابي" })).toBeVisible();
  const sections = nour.getByRole("navigation", { name: "الإعدادات" });
  await expect(sections.getByRole("link")).toHaveText(["حسابي"]);
  for (const section of ["people", "numbers"]) {
    await nour.goto(`${server.url}/settings/${section}`);
    await expect(nour.getByRole("heading", { name: "لا توجد صفحة هنا" })).toBeVisible();
  }
  await nour.goto(`${server.url}/inbox`);
  await inbox.isLive();

  // A new role ends the sessions: the open tab lands on the sign-in page by itself.
  await manage(admin, "نور حسن");
  await admin.getByRole("dialog").getByLabel("Role", { exact: true }).selectOption("supervisor");
  await admin.getByRole("button", { name: "Change role" }).click();
  await expect(row).toContainText("Supervisor");
  await expect(row).toContainText("Active");
  await expect(nour).toHaveURL(/\/signin/);
  await fillSignIn(nour, "ar", "nour@rayhan.example", "قهوة بلا سكر");
  await inbox.isLive();

  await manage(admin, "نور حسن");
  await admin.getByRole("button", { name: "Disable account" }).click();
  await admin.getByRole("dialog", { name: /^Disable/ }).getByRole("button", { name: "Disable account" }).click();
  await expect(row).toContainText("Disabled");
  await expect(nour).toHaveURL(/\/signin/);
  await fillSignIn(nour, "ar", "nour@rayhan.example", "قهوة بلا سكر");
  await expect(nour.getByText(words.ar.wrongPassword)).toBeVisible();
});

async function manage(page: Page, name: string): Promise<void> {
  await page.getByRole("row").filter({ hasText: name }).getByRole("button").click();
  await expect(page.getByRole("dialog")).toContainText(name);
}

test("language and look stand in the first byte", async ({ majlis, meta, openPage }) => {
  const server = await majlis({ env: meta.env });
  meta.connect(server, "Rayhan Shop");
  const { page } = await signIn(await openPage("en"), server, addPerson(server, "Mona", "agent"), "en");

  await page.goto(`${server.url}/settings/profile`);
  await page.getByLabel("Dark", { exact: true }).check();
  await page.locator("form[action='/preferences']").getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await firstTag(page, `${server.url}/settings/profile`)).toBe('<html lang="en" dir="ltr" data-theme="dark">');

  await page.getByLabel("العربية", { exact: true }).check();
  await page.getByRole("region", { name: "You" }).getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(page.getByRole("heading", { name: "حسابي" })).toBeVisible();
  expect(await firstTag(page, `${server.url}/inbox`)).toBe('<html lang="ar" dir="rtl" data-theme="dark">');

  // From one's own menu, on any screen; the conversation list is where one comes back to.
  const inbox = new Inbox(page, "ar");
  await inbox.isLive();
  await page.getByRole("button", { name: words.ar.account }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
  await expect(page).toHaveURL(/\/inbox$/);
  await page.getByRole("button", { name: words.en.account }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

/** How the answer to a page begins, before any script has run. */
async function firstTag(page: Page, url: string): Promise<string | undefined> {
  const answer = await page.goto(url);
  return (await answer?.text())?.match(/<html[^>]*>/)?.[0];
}

test("a number's page shows and keeps what is known of it", async ({ majlis, meta, openPage }) => {
  const server = await majlis({ env: meta.env });
  meta.connect(server, "متجر ريحان");
  const { page } = await signIn(await openPage("ar"), server, addPerson(server, "ياسمين", "admin"), "ar");
  await page.goto(`${server.url}/settings/numbers`);
  const row = page.getByRole("row").filter({ hasText: "متجر ريحان" });
  await expect(row).toContainText("يعمل");
  await expect(row).toContainText("+20 100 000 0100");
  await expectNoAxeViolations(page);
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { name: "المفاتيح" })).toBeVisible();
  // Secrets went in and do not come out.
  expect(await page.content()).not.toContain("the app secret of the journeys");
  const name = page.getByRole("region", { name: "البيانات" }).getByLabel("الاسم", { exact: true });
  await expect(name).toHaveValue("متجر ريحان");
  await expectNoAxeViolations(page);
  // The page has an address of its own.
  await page.reload();
  await expect(name).toHaveValue("متجر ريحان");
  await name.fill("متجر ريحان، القاهرة");
  await page.getByRole("region", { name: "البيانات" }).getByRole("button", { name: "حفظ" }).click();
  await expect(page.getByText("حُفظ", { exact: true })).toBeVisible();
  await page.goto(`${server.url}/settings/numbers`);
  await expect(page.getByRole("row").filter({ hasText: "متجر ريحان، القاهرة" })).toBeVisible();
});
