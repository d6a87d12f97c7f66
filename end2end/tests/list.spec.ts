import type { Customer } from "../support/meta.ts";
import { addPerson, signIn } from "../support/signin.ts";
import { expect, test } from "../support/watch.ts";

const given = ["هبة", "نوف", "محمود", "شمسة", "Omar", "زينب", "كريم", "Dina", "سلطان", "رزان", "فهد", "Laith"];
const families = ["السيد", "العتيبي", "فتحي", "المنصوري", "Hassan", "العالي", "عوض", "Samir", "الحربي", "الخطيب"];
const minuteMs = 60_000;

/** Customers with names of their own: given and family names in all pairs. */
function crowd(count: number): Customer[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `${given[at % given.length]} ${families[Math.floor(at / given.length)]}`,
    waId: `2010000${String(74_000 + at)}`,
  }));
}

test("the list holds still under the pointer and says what moved", async ({ majlis, meta, openPage }) => {
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "متجر ريحان");
  const customers = crowd(8);
  // Meta's times are whole seconds: who writes after whom is told apart by minutes.
  const start = Date.now();
  for (const [at, customer] of customers.entries()) {
    await meta.says(server, number, customer, "السلام عليكم", start - (at + 5) * minuteMs);
  }
  const inbox = await signIn(await openPage("ar"), server, addPerson(server, "منى", "agent"), "ar");
  const order = customers.map((customer) => customer.name);
  await expect.poll(() => inbox.names()).toEqual(order);

  await inbox.rows.nth(1).hover();
  const [last, newcomer] = [customers[7] as Customer, crowd(20)[15] as Customer];
  await meta.says(server, number, last, "هل من جديد؟", start - 3 * minuteMs);
  await expect(inbox.moved).toContainText("محادثة تحرّكت");
  // The row itself is up to date where it stands.
  await expect(inbox.row(last.name)).toContainText("هل من جديد؟");
  expect(await inbox.names()).toEqual(order);
  await meta.says(server, number, newcomer, "أول مرة أكتب لكم", start - 2 * minuteMs);
  await expect(inbox.moved).toContainText("محادثتان تحرّكتا");
  expect(await inbox.names()).toEqual(order);

  const moved = [newcomer.name, last.name, ...order.slice(0, 7)];
  await inbox.moved.click();
  await expect.poll(() => inbox.names()).toEqual(moved);
  await expect(inbox.moved).toHaveCount(0);

  // The pointer leaves, and the list is free.
  await inbox.rows.nth(1).hover();
  await meta.says(server, number, customers[3] as Customer, "وأنا؟", start - minuteMs);
  await expect(inbox.moved).toBeVisible();
  expect(await inbox.names()).toEqual(moved);
  await inbox.page.locator("#thread").hover();
  await expect(inbox.rows.first()).toContainText((customers[3] as Customer).name);
  await expect(inbox.moved).toHaveCount(0);
});

test("pages come as one scrolls, and a number has a list of its own", async ({ majlis, meta, openPage }) => {
  const server = await majlis({ env: meta.env });
  const shop = meta.connect(server, "Rayhan Shop");
  const clinic = meta.connect(server, "عيادة ريحان", "300000000000002", "+201000000200");
  const customers = crowd(115);
  const numberOf = (at: number) => (at % 23 === 0 ? clinic : shop);
  const opening = Date.now() - 5 * minuteMs;
  for (let from = 0; from < customers.length; from += 23) {
    const some = customers.slice(from, from + 23).map((customer, at) => ({ customer, at: from + at }));
    await Promise.all(
      some.map(({ customer, at }) =>
        meta.says(server, numberOf(at), customer, "When do you open?", opening - (at + 1) * minuteMs),
      ),
    );
  }
  const inbox = await signIn(await openPage("en"), server, addPerson(server, "Mona", "agent"), "en");
  const order = customers.map((customer) => customer.name);
  const list = inbox.page.locator(".rows");
  expect((await inbox.names()).length).toBeLessThan(order.length);
  await expect(async () => {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(list).toContainText("That is all", { timeout: 1_000 });
  }).toPass();
  expect(await inbox.names()).toEqual(order);

  const views = inbox.page.getByRole("navigation", { name: "Views" });
  await views.getByRole("link", { name: "عيادة ريحان" }).click();
  await expect(inbox.page).toHaveURL(new RegExp(`channel=${clinic.id}`));
  const ofClinic = order.filter((_, at) => numberOf(at) === clinic);
  await expect.poll(() => inbox.names()).toEqual(ofClinic);
  await expect(inbox.page.getByRole("heading", { level: 1 })).toHaveText("عيادة ريحان");

  // What comes to another number does not belong here; what comes to this one does.
  const newcomer = { name: "Yara Hosam", waId: "201000007599" };
  await meta.says(server, shop, customers[50] as Customer, "Hello?", opening + minuteMs);
  await meta.says(server, clinic, newcomer, "An appointment, please", opening + 2 * minuteMs);
  await inbox.page.locator("#thread").hover();
  await expect.poll(() => inbox.names()).toEqual([newcomer.name, ...ofClinic]);
  await inbox.page.reload();
  await inbox.isLive();
  await expect.poll(() => inbox.names()).toEqual([newcomer.name, ...ofClinic]);
  await views.getByRole("link", { name: "All conversations" }).click();
  await expect(inbox.rows.nth(1)).toContainText((customers[50] as Customer).name);
});

test("a phone shows one pane at a time", async ({ majlis, meta, openPage }) => {
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "متجر ريحان");
  const [customer] = crowd(1) as [Customer];
  await meta.says(server, number, customer, "السلام عليكم");
  const page = await openPage("ar", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const inbox = await signIn(page, server, addPerson(server, "منى", "agent"), "ar");
  const list = page.locator("#list");

  await inbox.row(customer.name).tap();
  await expect(inbox.message("السلام عليكم")).toBeVisible();
  await expect(list).toBeHidden();
  await page.getByRole("link", { name: inbox.words.back }).tap();
  await expect(list).toBeVisible();
  await expect(inbox.draft).toBeHidden();

  // The phone's own way back does the same.
  await inbox.row(customer.name).tap();
  await expect(inbox.draft).toBeVisible();
  await page.getByRole("button", { name: customer.name }).tap();
  await expect(page.getByRole("complementary", { name: "العميل" })).toBeVisible();
  await expect(inbox.draft).toBeHidden();
  await page.getByRole("button", { name: "العودة إلى المحادثة" }).tap();
  await expect(inbox.draft).toBeVisible();
  await page.goBack();
  await expect(list).toBeVisible();
});
