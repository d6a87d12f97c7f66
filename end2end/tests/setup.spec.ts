import { Inbox } from "../support/inbox.ts";
import { fillSignIn } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";
import { words } from "../support/words.ts";

const text = {
  ar: {
    title: "مرحبًا بكم في مجلس",
    name: "الاسم",
    create: "إنشاء الحساب",
    emailRule: "يلزم بريد كامل مثل mona@rayhan.example.",
    passwordRule: "كلمة المرور: 10 أحرف على الأقل.",
    void: "هذا الرابط لا يعمل",
    choice: "كيف تكون البداية؟",
    demo: /التجربة بعملاء تجريبيين/,
    direction: "rtl",
  },
  en: {
    title: "Welcome to Majlis",
    name: "Name",
    create: "Create account",
    emailRule: "A whole address is needed, like mona@rayhan.example.",
    passwordRule: "Password: at least 10 characters.",
    void: "This link does not work",
    choice: "How do you want to begin?",
    demo: /Try with simulated customers/,
    direction: "ltr",
  },
};

for (const language of ["ar", "en"] as const) {
  test(`the first start leads from a printed link to an inbox (${language})`, async ({ majlis, openPage, problems }) => {
    // A refused form is answered with 422, which the browser notes.
    problems.allow(/console: Failed to load resource: .*\b422\b/);
    const server = await majlis();
    await expect.poll(() => server.setupLink).not.toBeNull();
    const link = server.setupLink as string;
    const page = await openPage(language);
    const { name, create, ...said } = text[language];
    const { email, password, app, signOut, account, wrongPassword } = words[language];

    await page.goto(link);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.locator("html")).toHaveAttribute("dir", said.direction);
    await expect(page.getByRole("heading", { name: said.title })).toBeVisible();

    // What is wrong is said beside its field; what was typed stays.
    await page.getByLabel(name, { exact: true }).fill("ليلى Adel");
    await page.getByLabel(email, { exact: true }).fill("layla@rayhan");
    await page.getByLabel(password, { exact: true }).fill("a short sentence");
    await page.getByRole("button", { name: create }).click();
    await expect(page.getByLabel(email, { exact: true })).toHaveAccessibleDescription(new RegExp(said.emailRule));
    await expect(page.getByLabel(email, { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel(email, { exact: true })).toHaveValue("layla@rayhan");
    await expect(page.getByLabel(name, { exact: true })).toHaveValue("ليلى Adel");
    await expect(page.getByLabel(password, { exact: true })).toHaveValue("");
    await expectNoAxeViolations(page);

    await page.getByLabel(email, { exact: true }).fill("layla@rayhan.example");
    await page.getByLabel(password, { exact: true }).fill("short");
    await page.getByRole("button", { name: create }).click();
    await expect(page.getByLabel(password, { exact: true })).toHaveAccessibleDescription(new RegExp(said.passwordRule));
    await expect(page.getByLabel(email, { exact: true })).toHaveValue("layla@rayhan.example");

    await page.getByLabel(password, { exact: true }).fill("a short sentence");
    await page.getByRole("button", { name: create }).click();

    // No number yet: the choice of how to begin.
    await expect(page.getByRole("heading", { name: said.choice })).toBeVisible();
    await expectNoAxeViolations(page);
    await page.getByRole("button", { name: said.demo }).click();
    const inbox = new Inbox(page, language);
    // A whole shop is written first, on a busy machine by a program that was not built for speed.
    await expect(page.locator(".link-state")).toBeVisible({ timeout: 60_000 });
    await inbox.isLive();
    await expect(inbox.rows.first()).toBeVisible();
    expect(await inbox.rows.count()).toBeGreaterThanOrEqual(50);

    // The link made one admin and makes no other.
    const other = await openPage(language);
    await other.goto(link);
    await expect(other.getByRole("heading", { name: said.void })).toBeVisible();
    await expectNoAxeViolations(other);

    await page.getByRole("button", { name: account }).click();
    await page.getByRole("menuitem", { name: signOut }).click();
    await expect(page).toHaveURL(/\/signin$/);
    await page.goto(`${server.url}/inbox`);
    await expect(page).toHaveURL(/\/signin\?next=/);

    await fillSignIn(page, language, "layla@rayhan.example", "another sentence");
    await expect(page.getByLabel(password, { exact: true })).toHaveAccessibleDescription(new RegExp(wrongPassword));
    await expect(page.getByLabel(email, { exact: true })).toHaveValue("layla@rayhan.example");
    await fillSignIn(page, language, "layla@rayhan.example", "a short sentence");
    await inbox.isLive();
    await expect(page).toHaveURL(/\/inbox$/);
    await expect(page).toHaveTitle(new RegExp(`${app}$`));
  });
}
