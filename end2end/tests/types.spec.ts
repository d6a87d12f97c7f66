import { mkdirSync } from "node:fs";
import path from "node:path";

import { Phones } from "../support/phones.ts";
import { enterDemo } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

const folder = path.resolve(import.meta.dirname, "../test-results/types");

/** What a phone sends, and what an agent reads of it: everything that is not a file. */
const shown: { kind: string; ar: string[]; en: string[] }[] = [
  { kind: "ad", ar: ["جاء من إعلان", "عرض الشتاء"], en: ["Came from an ad", "عرض الشتاء"] },
  { kind: "place", ar: ["بوابة النادي", "30.0596, 31.2234", "فتح في الخرائط"], en: ["بوابة النادي", "Open in maps"] },
  { kind: "contacts", ar: ["أبو كريم البواب", "على واتساب"], en: ["أبو كريم البواب", "On WhatsApp"] },
  { kind: "button_reply", ar: ["اختار", "تأكيد الموعد"], en: ["Chose", "تأكيد الموعد"] },
  { kind: "list_reply", ar: ["فرع المعادي", "من ١٠ صباحًا إلى ٩ مساءً"], en: ["فرع المعادي"] },
  { kind: "button", ar: ["إيقاف العروض"], en: ["إيقاف العروض"] },
  { kind: "form", ar: ["إجابات نموذج", "المدينة", "الجيزة"], en: ["Answers of a form", "Full name", "Address · City"] },
  { kind: "order", ar: ["طلب من الكتالوج", "RH-20418", "الإجمالي"], en: ["Order from the catalogue", "EGP", "Total"] },
  { kind: "forwarded", ar: ["محوَّلة", "خصم ٢٠٪"], en: ["Forwarded", "خصم ٢٠٪"] },
  { kind: "product", ar: ["يسأل عن المنتج", "RH-20431"], en: ["Asks about the product", "RH-20431"] },
  { kind: "unsupported", ar: ["استطلاع رأي"], en: ["A poll"] },
  { kind: "may_follow", ar: ["قد يصل لاحقًا"], en: ["It may follow"] },
  { kind: "unknown", ar: ["رسالة من نوع جديد", "green"], en: ["A new type of message", "Shape · Sides"] },
];

/** What happened, between what was said. */
const events: { kind: string; ar: string; en: string }[] = [
  { kind: "welcome", ar: "فتح العميل المحادثة لأول مرة", en: "The customer opened the chat for the first time" },
  { kind: "number_changed", ar: "غيّر العميل رقمه إلى +20 100 000 7003", en: "changed their number to +20 100 000 7003" },
  { kind: "new_device", ar: "بدّل العميل هاتفه", en: "The customer changed phones" },
];

for (const language of ["ar", "en"] as const) {
  test(`types: ${language}: everything a customer sends can be read`, async ({ majlis, openPage }) => {
    mkdirSync(folder, { recursive: true });
    const server = await majlis({ demo: true });
    const phones = new Phones(server);
    const name = "رنا الشافعي";
    const customer = await phones.add(name, "+20 100 000 7003");
    await phones.say(customer, "السلام عليكم");
    for (const { kind } of [...events, ...shown]) await phones.sayKind(customer, kind);
    await phones.say(customer, "*تم الدفع* ~٩٠٠~ `RH-1`\n- كاش\n- فيزا\n> السعر؟\nرقمي +20 100 000 2290");
    await phones.say(customer, "😍");

    const inbox = await enterDemo(await openPage(language), server, "salma", language);
    await inbox.open(name);
    const { page } = inbox;
    await expect(inbox.message("😍")).toBeVisible();
    const messages = page.locator(".msgs .msg");
    await expect(messages).toHaveCount(shown.length + 3);
    for (const [at, { kind, ...texts }] of shown.entries()) {
      for (const text of texts[language]) await expect(messages.nth(at + 1), kind).toContainText(text);
    }
    for (const { kind, ...texts } of events) {
      await expect(page.locator(".msgs .event", { hasText: texts[language] }), kind).toHaveCount(1);
    }
    expect(await page.locator(".msgs").innerText(), "nobody reads JSON").not.toMatch(/[{}]/);

    // WhatsApp's own formatting, as elements and not as signs.
    const formatted = messages.nth(shown.length + 1).locator(".bubble__text");
    await expect(formatted.locator("strong")).toHaveText("تم الدفع");
    await expect(formatted.locator("s")).toHaveText("٩٠٠");
    await expect(formatted.locator("code")).toHaveText("RH-1");
    await expect(formatted.locator("ul li")).toHaveText(["كاش", "فيزا"]);
    await expect(formatted.locator("blockquote")).toHaveText("السعر؟");
    await expect(formatted.locator("bdi[dir=ltr]")).toHaveText("+20 100 000 2290");
    await expectNoAxeViolations(page);
    await page.screenshot({ path: path.join(folder, `${language}.png`), animations: "disabled" });
  });
}

test("types: one message is answered, by mouse and by keyboard", async ({ majlis, openPage }) => {
  const server = await majlis({ demo: true });
  const phones = new Phones(server);
  const name = "رنا الشافعي";
  const customer = await phones.add(name, "+20 100 000 7004");
  for (const text of ["بكام السيروم؟", "وفيه توصيل؟"]) await phones.say(customer, text);
  const inbox = await enterDemo(await openPage("en"), server, "mona", "en");
  await inbox.open(name);
  const { page, words } = inbox;

  const first = inbox.message("بكام السيروم؟");
  await first.locator(".bubble").click({ button: "right" });
  await expect(page.getByRole("menu")).toBeVisible();
  await expectNoAxeViolations(page);
  await page.getByRole("menuitem", { name: words.replyToThis }).click();
  await expect(page.locator(".composer .quote")).toContainText("بكام السيروم؟");
  await expect(inbox.draft).toBeFocused();

  // Escape leaves the quotation, not the conversation.
  await page.keyboard.press("Escape");
  await expect(page.locator(".composer .quote")).toHaveCount(0);
  await expect(inbox.draft).toBeFocused();

  // The arrows walk from the options of the newest message to those of the one above.
  await inbox.message("وفيه توصيل؟").locator(".msg__more").focus();
  await page.keyboard.press("ArrowUp");
  await expect(first.locator(".msg__more")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: words.replyToThis })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: words.copyText })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(first.locator(".msg__more")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");

  await inbox.send("٤٥٠ جنيه");
  const answer = inbox.message("٤٥٠ جنيه");
  await expect(answer.locator(".quote")).toContainText("بكام السيروم؟");
  await expect(page.locator(".composer .quote")).toHaveCount(0);
  await answer.locator(".quote").click();
  await expect(first.locator(".msg__more")).toBeFocused();
});

test("types: what is done to a message is seen, and what it said before by those who may", async ({ majlis, openPage }) => {
  const server = await majlis({ demo: true });
  const phones = new Phones(server);
  const name = "رنا الشافعي";
  const customer = await phones.add(name, "+20 100 000 7005");
  await phones.say(customer, "طلبي RH-1842");
  const [salma, mona] = [
    await enterDemo(await openPage("en"), server, "salma", "en"),
    await enterDemo(await openPage("ar"), server, "mona", "ar"),
  ];
  for (const inbox of [salma, mona]) await inbox.open(name);
  await phones.mark(customer, { react: "👍" });
  await phones.mark(customer, { edit: "طلبي RH-1843" });
  await phones.call(customer, 125);
  for (const inbox of [salma, mona]) {
    await expect(inbox.message("طلبي RH-1843")).toBeVisible();
    await expect(inbox.page.locator(".msg .reaction")).toHaveText("👍");
    await expect(inbox.page.locator(".msg .bubble__edited")).toBeVisible();
  }
  await expect(salma.page.locator(".msgs .event")).toContainText("Call from the customer, 2 minutes");
  await expect(mona.page.locator(".msgs .event")).toContainText("مكالمة من العميل، مدتها دقيقتان");

  await salma.page.getByRole("button", { name: salma.words.showEarlier }).click();
  await expect(salma.page.locator(".earlier")).toContainText("طلبي RH-1842");
  await expectNoAxeViolations(salma.page);
  // For an agent it is a word, no way to what was said.
  await expect(mona.page.getByRole("button", { name: mona.words.showEarlier })).toHaveCount(0);

  await phones.mark(customer, "delete");
  for (const inbox of [salma, mona]) {
    await expect(inbox.page.locator(".msg .gone")).toBeVisible();
    await expect(inbox.page.locator(".msg .bubble__text, .msg .reaction")).toHaveCount(inbox === salma ? 2 : 0);
  }
  await expect(salma.page.locator(".earlier")).toContainText("طلبي RH-1843");
  await expect(mona.page.getByRole("button", { name: mona.words.showDeleted })).toHaveCount(0);
  for (const inbox of [salma, mona]) await expectNoAxeViolations(inbox.page);
});
