import { PhonesPage } from "../support/phones.ts";
import { enterDemo } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

test("a customer writes, two agents see it, one answers, and the answer is read", async ({ majlis, openPage }) => {
  const server = await majlis({ demo: true });
  const [mona, ahmed] = [
    await enterDemo(await openPage("ar"), server, "mona", "ar"),
    await enterDemo(await openPage("en"), server, "ahmed", "en"),
  ];

  const desk = new PhonesPage(await openPage("ar"));
  await desk.page.goto(server.phonesUrl);
  const name = "ليان منصور";
  await desk.newCustomer(name, "+20 100 000 7001");
  const phone = desk.phone(name);
  const question = "السلام عليكم، هل زيت الورد RH-1842 متوفر؟";
  await phone.write(question);

  // Nobody has reloaded anything.
  for (const inbox of [mona, ahmed]) {
    await expect(inbox.rows.first()).toContainText(name);
    await expect(inbox.row(name)).toContainText(question);
    await expect(inbox.unread(name)).toContainText("1");
    await expect(inbox.page).toHaveTitle(/^\(\d+\) /);
  }
  const before = await unreadInTitle(ahmed.page);

  // Whoever opens it has read it, for all.
  await ahmed.page.bringToFront();
  await mona.page.bringToFront();
  await mona.open(name);
  await expect(mona.message(question)).toBeVisible();
  for (const inbox of [mona, ahmed]) await expect(inbox.unread(name)).toHaveCount(0);
  await expect.poll(() => unreadInTitle(ahmed.page)).toBe(before - 1);
  await expect(phone.message(question).locator(".tick")).toHaveAttribute("data-status", "read");
  await ahmed.open(name);
  await expect(ahmed.message(question)).toBeVisible();

  const answer = "وعليكم السلام، متوفر والسعر 120 ج.م";
  await mona.send(answer);
  // It stands there at once, and its ticks advance as far as the customer's eyes.
  await expect(mona.message(answer)).toBeVisible();
  await expect(mona.draft).toHaveValue("");
  await expect(phone.message(answer)).toBeVisible();
  await desk.page.bringToFront();
  for (const inbox of [mona, ahmed]) {
    await expect(inbox.message(answer)).toHaveAttribute("data-status", "read");
    await expect(inbox.message(answer).getByRole("img", { name: inbox.words.read })).toBeVisible();
    await expect(inbox.message(answer)).toHaveCount(1);
  }
  await expect(ahmed.message(answer).locator(".bubble__by")).toContainText("منى رشدي");

  // The other way round: the second agent answers, the first one sees it.
  const thanks = "Anything else? We are here until 9.";
  await ahmed.send(thanks);
  await expect(mona.message(thanks)).toBeVisible();
  await expect(phone.message(thanks)).toBeVisible();

  for (const inbox of [mona, ahmed]) await expectNoAxeViolations(inbox.page);
  await expectNoAxeViolations(desk.page);
});

async function unreadInTitle(page: import("@playwright/test").Page): Promise<number> {
  return Number((await page.title()).match(/^\((\d+)\)/)?.[1] ?? 0);
}
