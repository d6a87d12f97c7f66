import { setTimeout as sleep } from "node:timers/promises";

import { Inbox } from "../support/inbox.ts";
import type { Customer } from "../support/meta.ts";
import { addPerson, signIn } from "../support/signin.ts";
import { expect, test } from "../support/watch.ts";

const customers: Customer[] = [
  { name: "هبة السيد", waId: "201000007101" },
  { name: "Omar Hassan", waId: "201000007102" },
  { name: "نوف العتيبي", waId: "966500007103" },
];
const asked = ["وصل الطلب RH-1842؟", "Is the blue one back?", "كم سعر التوصيل للرياض؟", "شكرًا 🌿"];

test("the server is killed while customers write, and every view equals a fresh load", async ({
  majlis,
  meta,
  openPage,
  problems,
}) => {
  test.setTimeout(120_000);
  // The server goes away on purpose.
  problems.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/);
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "متجر ريحان");
  const people = [addPerson(server, "Mona", "agent"), addPerson(server, "أحمد", "agent")] as const;
  for (const customer of customers) await meta.says(server, number, customer, "السلام عليكم");

  const mona = await signIn(await openPage("en"), server, people[0], "en");
  const ahmed = await signIn(await openPage("ar"), server, people[1], "ar");
  const [first, second] = customers as [Customer, Customer];
  await mona.open(first.name);
  await ahmed.open(second.name);

  // Customers write all the while, and WhatsApp tries again until it is heard.
  let writing = true;
  let said = 0;
  const flow = (async () => {
    while (writing) {
      const customer = customers[said % customers.length] as Customer;
      await meta.says(server, number, customer, `${asked[said % asked.length]} (${++said})`);
      await sleep(60);
    }
  })();
  await expect.poll(() => said).toBeGreaterThan(5);
  await mona.send("On its way, Heba");
  await expect.poll(() => meta.sent.length).toBe(1);
  const [answer] = meta.sent;

  await server.stop("SIGKILL");
  const reported = (async () => {
    for (const status of ["sent", "delivered", "read"] as const) await meta.reports(server, number, answer!, status);
  })();
  // A short loss is nobody's business; a longer one is said, and what is written meanwhile waits.
  for (const inbox of [mona, ahmed]) {
    await expect(inbox.offlineBanner).toContainText(inbox.words.offline, { timeout: 20_000 });
  }
  await ahmed.send("We have it again, Omar");
  await expect(ahmed.message("We have it again, Omar")).toBeVisible();
  expect(meta.sent).toHaveLength(1);

  await server.start();
  const atRestart = said;
  await reported;
  await expect.poll(() => said).toBeGreaterThan(atRestart + 5);
  writing = false;
  await flow;
  for (const inbox of [mona, ahmed]) {
    await expect(inbox.offlineBanner).toHaveCount(0, { timeout: 40_000 });
    await inbox.isLive();
  }
  await expect.poll(() => meta.sent.length, { timeout: 40_000 }).toBe(2);

  // Each view against one that knows nothing but the stored truth.
  for (const [at, [inbox, language]] of ([[mona, "en"], [ahmed, "ar"]] as const).entries()) {
    const fresh = new Inbox(await openPage(language), language);
    await signIn(fresh.page, server, people[at]!, language);
    await fresh.page.goto(inbox.page.url());
    await fresh.isLive();
    await expect(fresh.message("السلام عليكم").first()).toBeVisible();
    await expect.poll(async () => ({ rows: await inbox.list(), thread: await inbox.thread() })).toEqual({
      rows: await fresh.list(),
      thread: await fresh.thread(),
    });
    expect(await inbox.rows.count()).toBe(customers.length);
    await fresh.page.context().close();
  }
  // Nothing was lost, nothing came twice.
  const heard = (await mona.thread()).filter((message) => message.startsWith("in |"));
  expect(heard).toHaveLength(1 + Math.ceil(said / customers.length));
  expect(new Set(heard).size).toBe(heard.length);
  await expect(mona.message("On its way, Heba")).toHaveAttribute("data-status", "read");
  await expect(ahmed.message("We have it again, Omar")).toHaveCount(1);
  expect(meta.sent.map((sent) => sent.text)).toEqual(["On its way, Heba", "We have it again, Omar"]);
});
