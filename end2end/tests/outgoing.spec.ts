import { mkdirSync } from "node:fs";
import path from "node:path";

import type { Locator, Page } from "@playwright/test";

import { Phones } from "../support/phones.ts";
import { enterDemo } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

const folder = path.resolve(import.meta.dirname, "../test-results/outgoing");
const picture = path.resolve(import.meta.dirname, "../fixtures/parcel.jpg");

const words = {
  ar: {
    more: "إرسال شيء آخر", buttons: "أزرار رد", list: "قائمة خيارات", location: "موقع", contact: "جهة اتصال",
    body: "نص الرسالة", button: (n: number) => `الزر ${n}`, row: (n: number) => `الخيار ${n}`, addRow: "إضافة خيار",
    pasted: "إحداثيات أو رابط خريطة", place: "اسم المكان", send: "إرسال", missing: "الحقل فارغ.",
    name: "الاسم", phone: "رقم الهاتف", emoji: "رموز تعبيرية", find: "بحث في الرموز",
    rose: "وردة", react: "تفاعل بـ 👍", attach: "إرفاق ملف",
  },
  en: {
    more: "Send something else", buttons: "Reply buttons", list: "List of choices", location: "Location",
    contact: "Contact", body: "Message text", button: (n: number) => `Button ${n}`, row: (n: number) => `Choice ${n}`,
    addRow: "Add a choice", pasted: "Coordinates or a maps link", place: "Name of the place", send: "Send",
    missing: "This is missing.", name: "Name", phone: "Phone number", emoji: "Emoji",
    find: "Find an emoji", rose: "rose", react: "React with 👍", attach: "Attach a file",
  },
} as const;

/** Opens one of the small forms. */
async function form(page: Page, more: string, what: string) {
  await page.getByRole("button", { name: more, exact: true }).click();
  await page.getByRole("menuitem", { name: what, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: what, exact: true });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** A text of a form, by the beginning of its label: behind it stands how much fits. */
const field = (dialog: Locator, label: string) => dialog.getByRole("textbox", { name: new RegExp(`^${label}`) });

for (const language of ["ar", "en"] as const) {
  test(`outgoing: ${language}: buttons, a list, a place, a card, a reaction and a picture`, async ({ majlis, openPage }) => {
    mkdirSync(folder, { recursive: true });
    const server = await majlis({ demo: true });
    const phones = new Phones(server);
    const name = "رنا الشافعي";
    const customer = await phones.add(name, "+20 100 000 7010");
    await phones.say(customer, "السلام عليكم");
    const inbox = await enterDemo(await openPage(language), server, "salma", language);
    await inbox.open(name);
    // The draft takes the focus once; a menu that stands open then would close.
    await expect(inbox.draft).toBeFocused();
    const { page } = inbox;
    const say = words[language];
    const shot = (what: string) => page.screenshot({ path: path.join(folder, `${language}-${what}.png`), animations: "disabled" });
    const newest = page.locator(".msgs .msg").last();

    // Buttons: what is missing is said at its field, and the preview shows what is typed.
    let dialog = await form(page, say.more, say.buttons);
    await dialog.getByRole("button", { name: say.send, exact: true }).click();
    await expect(dialog.locator(".field__error")).toHaveText(say.missing);
    await expect(field(dialog, say.body)).toBeFocused();
    await field(dialog, say.body).fill("نؤكد الموعد؟");
    await field(dialog, say.button(1)).fill("نعم");
    await field(dialog, say.button(2)).fill("لا");
    await expect(dialog.locator(".offer__tap")).toHaveText(["نعم", "لا"]);
    await expectNoAxeViolations(page);
    await shot("buttons-form");
    await dialog.getByRole("button", { name: say.send, exact: true }).click();
    await expect(dialog).toHaveCount(0);
    await expect(newest).toContainText("نؤكد الموعد؟");
    await expect(newest.locator(".offer__tap")).toHaveText(["نعم", "لا"]);
    await phones.tapFirst(customer, "نعم");
    await expect(newest).toContainText("نعم");
    await expect(newest).toHaveAttribute("data-dir", "in");

    // A list.
    dialog = await form(page, say.more, say.list);
    await field(dialog, say.body).fill("أي فرع؟");
    await field(dialog, say.row(1)).fill("الزمالك");
    await dialog.getByRole("button", { name: say.addRow }).click();
    await field(dialog, say.row(2)).fill("المعادي");
    await shot("list-form");
    await dialog.getByRole("button", { name: say.send, exact: true }).click();
    await expect(newest.locator("summary")).toBeVisible();
    await newest.locator("summary").click();
    await expect(newest.locator(".offer__rows b")).toHaveText(["الزمالك", "المعادي"]);

    // A place, from a map's address.
    dialog = await form(page, say.more, say.location);
    await field(dialog, say.pasted).fill("https://www.google.com/maps?q=30.0596,31.2234");
    await field(dialog, say.place).fill("متجر ريحان");
    await shot("place-form");
    await dialog.getByRole("button", { name: say.send, exact: true }).click();
    await expect(newest).toContainText("متجر ريحان");
    await expect(newest).toContainText("30.0596, 31.2234");

    // A card.
    dialog = await form(page, say.more, say.contact);
    await field(dialog, say.name).fill("ليلى");
    await field(dialog, say.phone).fill("+20 100 000 0900");
    await dialog.getByRole("button", { name: say.send, exact: true }).click();
    await expect(newest).toContainText("ليلى");
    await expect(newest).toContainText("+20 100 000 0900");

    // Escape closes a form, and the keyboard is back at its button.
    await form(page, say.more, say.buttons);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("button", { name: say.more, exact: true })).toBeFocused();

    // An emoji where the caret stands.
    await inbox.draft.fill("أهلا");
    await page.getByRole("button", { name: say.emoji, exact: true }).click();
    await page.getByLabel(say.find).fill(say.rose);
    await shot("emoji");
    await page.keyboard.press("Enter");
    await expect(inbox.draft).toHaveValue("أهلا🌹");
    await inbox.draft.fill("");

    // A reaction stands on its message, and is taken back.
    const first = inbox.message("السلام عليكم");
    await first.locator(".bubble").click({ button: "right" });
    await shot("message-menu");
    await page.getByRole("menuitemcheckbox", { name: say.react }).click();
    await expect(first.locator(".reaction")).toHaveText("👍");
    await first.locator(".bubble").click({ button: "right" });
    await page.getByRole("menuitemcheckbox", { checked: true }).click();
    await expect(first.locator(".reaction")).toHaveCount(0);

    // A picture with its words, as an answer.
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: say.attach, exact: true }).click();
    await (await chooser).setFiles(picture);
    await page.getByRole("dialog").getByRole("textbox").fill("هذا طلبكم");
    await shot("file-form");
    await page.getByRole("dialog").getByRole("button", { name: say.send, exact: true }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(newest.locator("img")).toBeVisible();
    await expect(newest).toContainText("هذا طلبكم");
    await expectNoAxeViolations(page);
    await shot("thread");
    await page.setViewportSize({ width: 390, height: 844 });
    await shot("thread-390");
    await page.emulateMedia({ colorScheme: "dark" });
    await form(page, say.more, say.list);
    await shot("list-form-390-dark");
  });
}
