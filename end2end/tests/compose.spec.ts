import path from "node:path";

import type { Locator } from "@playwright/test";

import type { Inbox } from "../support/inbox.ts";
import { Phones } from "../support/phones.ts";
import { enterDemo } from "../support/signin.ts";
import type { Language } from "../support/words.ts";
import { expect, expectNoAxeViolations, test as base } from "../support/watch.ts";

const picture = path.resolve(import.meta.dirname, "../fixtures/parcel.jpg");
const name = "رنا الشافعي";

interface Desk {
  inbox: Inbox;
  phones: Phones;
  /** The customer's phone. */
  customer: string;
}

/** An agent before the open conversation of a customer, in a language. */
const test = base.extend<{ desk: (language: Language, phone: string) => Promise<Desk> }>({
  desk: async ({ majlis, openPage }, use) => {
    await use(async (language, phone) => {
      const server = await majlis({ demo: true });
      const phones = new Phones(server);
      const customer = await phones.add(name, phone);
      await phones.say(customer, "السلام عليكم");
      const inbox = await enterDemo(await openPage(language), server, "salma", language);
      await inbox.open(name);
      return { inbox, phones, customer };
    });
  },
});

/** Opens a form of the "+" menu. */
async function openForm(inbox: Inbox, title: string): Promise<Locator> {
  await inbox.page.locator(".composer__more").click();
  await inbox.page.getByRole("menuitem", { name: title, exact: true }).click();
  const form = inbox.page.getByRole("dialog", { name: title, exact: true });
  await expect(form).toBeVisible();
  return form;
}

test("products from the catalogue are offered, one and several, and ordered", async ({ desk }) => {
  const { inbox, phones, customer } = await desk("en", "+20 100 000 7011");
  const { page } = inbox;
  await inbox.draft.fill("a draft of its own");

  const title = "Products from the catalogue";
  let form = await openForm(inbox, title);
  await expect(form.getByRole("radio", { name: "One product" })).toBeFocused();
  // What is missing is said at its field, and the keyboard is put there.
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(form.getByLabel("Catalogue ID")).toBeFocused();
  await expect(form.getByLabel("Catalogue ID")).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByRole("alert")).toHaveText("This is missing.");
  await form.getByLabel("Catalogue ID").fill("194000000000001");
  await expect(form.getByRole("textbox", { name: /^Product ID/ })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: /^Product ID/ }).fill("RH-20418");
  await expectNoAxeViolations(page, "dialog");
  await page.keyboard.press("Enter");
  await expect(form).toHaveCount(0);
  await expect(page.locator(".msg[data-dir=out] .offer")).toContainText("RH-20418");
  await expect(inbox.draft, "the draft is none of the form's business").toHaveValue("a draft of its own");
  await phones.tapFirst(customer, "RH-20418");
  await expect(page.locator(".msg[data-dir=in] .order")).toContainText("RH-20418");

  // The catalogue is known by now; several products need a header, and titles once there are two sections.
  form = await openForm(inbox, title);
  await expect(form.getByLabel("Catalogue ID")).toHaveValue("194000000000001");
  await form.getByRole("radio", { name: "Several products" }).check();
  await form.getByRole("textbox", { name: /^Header/ }).fill("Gifts");
  await form.getByLabel("Message text").fill("For your sister");
  const ids = form.getByLabel("Product IDs, one in each line");
  await ids.fill("RH-20431\nRH-20442\n\n");
  await expect(form.locator(".compose__more")).toContainText("28 products left.");
  await form.getByRole("button", { name: "Add a section" }).click();
  await ids.nth(1).fill(`RH-20460\n${"x".repeat(101)}`);
  await form.getByLabel("Section 1 · Section title").fill("Perfumes");
  await form.getByLabel("Section 2 · Section title").fill("Soaps");
  await expect(form.getByRole("alert")).toHaveText("Product 2: At most 100 characters.");
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(ids.nth(1)).toBeFocused();
  await ids.nth(1).fill("RH-20460");
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(form).toHaveCount(0);
  const offer = page.locator(".msg[data-dir=out] .offer").last();
  await expect(offer).toContainText("3 products");
  await offer.locator("summary").click();
  await expect(offer.locator(".offer__section")).toHaveText(["Perfumes", "Soaps"]);
  await expect(offer.locator(".offer__rows li")).toHaveText(["RH-20431", "RH-20442", "RH-20460"]);
  await phones.tapFirst(customer, "RH-20460");
  await expect(page.locator(".msg[data-dir=in] .order").last()).toContainText("RH-20460");
});

test("an address is asked for, and its answer is a table", async ({ desk }) => {
  const { inbox, phones, customer } = await desk("ar", "+20 100 000 7012");
  const { page } = inbox;
  const form = await openForm(inbox, "نموذج عنوان");
  await expect(form.getByRole("note")).toContainText("رقم هذا العميل من دولة أخرى");
  await expect(form.getByLabel("الدولة")).toHaveValue("IN");
  await form.getByLabel("نص الرسالة").fill("نوصل لفين؟");
  await expectNoAxeViolations(page, "dialog");
  await form.getByRole("button", { name: "إرسال", exact: true }).click();
  await expect(inbox.message("نوصل لفين؟")).toBeVisible();
  await phones.tapFirst(customer, "🏠");
  const answer = page.locator(".msg[data-dir=in] .facts");
  for (const text of ["المدينة", "Mumbai", "الرمز البريدي", "400001"]) await expect(answer).toContainText(text);
});

test("a picture or a document stands above buttons and links", async ({ desk, problems }) => {
  const { inbox, phones, customer } = await desk("en", "+20 100 000 7013");
  const { page } = inbox;
  let form = await openForm(inbox, "Reply buttons");
  const input = form.locator("input[type=file]");
  const send = form.getByRole("button", { name: "Send", exact: true });
  await form.getByLabel("Message text").fill("Is it this parcel?");
  await form.getByRole("textbox", { name: /^Button 1/ }).fill("Yes");
  await form.getByRole("textbox", { name: /^Button 2/ }).fill("No");
  await expect(form.getByRole("textbox", { name: /^Header/ })).toBeVisible();

  // An upload that fails says so and is tried again; the message does not go without its file.
  problems.allow(/ERR_FAILED/);
  await page.route("**/media?*", (route) => route.abort());
  await input.setInputFiles(picture);
  await expect(form.getByRole("alert")).toBeVisible();
  await send.click();
  await expect(form.getByRole("button", { name: "Another file" })).toBeFocused();
  await page.unroute("**/media?*");
  await form.getByRole("button", { name: "Try again" }).click();
  await expect(form.getByText("The file is uploaded.")).toBeAttached();
  await expect(form.locator(".compose__preview img")).toBeVisible();
  await expect(form.getByRole("textbox", { name: /^Header/ }), "a file takes its place").toHaveCount(0);
  await expectNoAxeViolations(page, "dialog");

  // It can be taken away, and another chosen.
  await form.getByRole("button", { name: /^Remove .*parcel\.jpg/ }).click();
  await expect(form.locator(".compose__preview img")).toHaveCount(0);
  await expect(form.getByRole("button", { name: "Choose a file" })).toBeFocused();
  await input.setInputFiles(picture);
  await expect(form.getByText("The file is uploaded.")).toBeAttached();
  await send.click();
  await expect(form).toHaveCount(0);
  const message = inbox.message("Is it this parcel?");
  await expect(message.locator(".picture img")).toBeVisible();
  await expect(message.locator(".offer__tap")).toHaveText(["Yes", "No"]);
  await phones.tapFirst(customer, "Yes");
  await expect(page.locator(".msg[data-dir=in]").last()).toContainText("Yes");

  form = await openForm(inbox, "Link button");
  await form.getByLabel("Message text").fill("Our offer");
  await form.getByRole("textbox", { name: /^Button text/ }).fill("Look");
  await form.getByRole("textbox", { name: /^Link/ }).fill("https://rayhan.example/offer");
  const offer = { name: "offer.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 offer") };
  await form.locator("input[type=file]").setInputFiles(offer);
  await expect(form.getByText("The file is uploaded.")).toBeAttached();
  await form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(inbox.message("Our offer").locator(".kind--file")).toContainText("offer.pdf");
  await page.reload();
  await expect(inbox.message("Our offer").locator(".kind--file")).toContainText("offer.pdf");
  await expect(inbox.message("Is it this parcel?").locator(".picture img")).toBeVisible();
});
