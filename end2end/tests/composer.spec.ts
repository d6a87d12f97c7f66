import type { Inbox } from "../support/inbox.ts";
import type { Customer } from "../support/meta.ts";
import { addPerson, signIn } from "../support/signin.ts";
import { expect, test as base } from "../support/watch.ts";

const heba: Customer = { name: "هبة السيد", waId: "201000007301" };
const omar: Customer = { name: "Omar Hassan", waId: "201000007302" };

/** Signed in, with two customers who wait for an answer. */
const test = base.extend<{ inbox: Inbox }>({
  inbox: async ({ majlis, meta, openPage }, use) => {
    const server = await majlis({ env: meta.env });
    const number = meta.connect(server, "Rayhan Shop");
    for (const customer of [heba, omar]) await meta.says(server, number, customer, "السلام عليكم");
    await use(await signIn(await openPage("en"), server, addPerson(server, "Mona", "agent"), "en"));
  },
});

test("Enter sends, Shift+Enter begins a line", async ({ inbox, meta }) => {
  await inbox.open(heba.name);
  await expect(inbox.draft).toBeFocused();
  await expect(inbox.sendButton).toBeDisabled();
  await inbox.page.keyboard.type("السعر 120 ج.م");
  await inbox.page.keyboard.press("Shift+Enter");
  await inbox.page.keyboard.type("والتوصيل مجاني");
  await expect(inbox.draft).toHaveValue("السعر 120 ج.م\nوالتوصيل مجاني");
  expect(meta.sent).toEqual([]);
  await inbox.page.keyboard.press("Enter");
  await expect(inbox.draft).toHaveValue("");
  await expect(inbox.draft).toBeFocused();
  // Each line is a paragraph of its own.
  await expect(inbox.page.locator(".msg[data-dir=out] .bubble__text p")).toHaveText(["السعر 120 ج.م", "والتوصيل مجاني"]);
  await expect.poll(() => meta.sent.map((sent) => sent.text)).toEqual(["السعر 120 ج.م\nوالتوصيل مجاني"]);

  // Blank is nothing to send.
  await inbox.send("  \n ");
  await expect(inbox.sendButton).toBeDisabled();
  await expect(inbox.page.locator(".msg[data-dir=out]")).toHaveCount(1);
});

test("characters are counted near the limit and held at it", async ({ inbox, meta }) => {
  await inbox.open(heba.name);
  const count = inbox.page.locator(".composer__count");
  await inbox.draft.fill("ن".repeat(3_499));
  await expect(inbox.sendButton).toBeEnabled();
  await expect(count).toHaveCount(0);
  await inbox.draft.fill("ن".repeat(4_096));
  await expect(count).toHaveText("4,096 / 4,096");
  await expect(inbox.sendButton).toBeEnabled();
  // Characters as people count them by WhatsApp's rule, not bytes or UTF-16 units.
  await inbox.draft.fill("🌿".repeat(4_097));
  await expect(count).toHaveText("4,097 / 4,096");
  await expect(inbox.page.getByRole("alert").filter({ hasText: "1 character over WhatsApp" })).toBeVisible();
  await expect(inbox.draft).toHaveAttribute("aria-invalid", "true");
  await expect(inbox.sendButton).toBeDisabled();
  await inbox.draft.press("Enter");
  await expect(inbox.draft).toHaveValue("🌿".repeat(4_097));
  await inbox.draft.fill("ن".repeat(4_096));
  await inbox.draft.press("Enter");
  await expect.poll(() => meta.sent.map((sent) => sent.text.length)).toEqual([4_096]);
});

test("each conversation keeps its own draft", async ({ inbox }) => {
  await inbox.open(heba.name);
  await inbox.draft.fill("أهلًا هبة، الطلب");
  await inbox.open(omar.name);
  await expect(inbox.draft).toHaveValue("");
  await inbox.draft.fill("Hello Omar");
  await expect(inbox.row(heba.name)).toContainText(/Draft:\s*أهلًا هبة، الطلب/);
  await inbox.open(heba.name);
  await expect(inbox.draft).toHaveValue("أهلًا هبة، الطلب");
  await expect(inbox.row(omar.name)).toContainText(/Draft:\s*Hello Omar/);
  await expect(inbox.row(heba.name)).not.toContainText("Draft:");
});

test("a message that WhatsApp refuses says why and goes again at a click", async ({ inbox, meta }) => {
  meta.refusals.set(heba.waId, 131_026);
  await inbox.open(heba.name);
  await inbox.send("الطلب في الطريق");
  const failed = inbox.page.locator(".msg[data-status=failed]");
  await expect(failed).toContainText("الطلب في الطريق");
  await expect(failed).toContainText(/Not sent: \S+/);
  await expect(inbox.row(heba.name).getByRole("img", { name: "Not sent" })).toBeVisible();
  expect(meta.sent).toEqual([]);

  meta.refusals.clear();
  await failed.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => meta.sent.map((sent) => sent.text)).toEqual(["الطلب في الطريق"]);
  await expect(failed).toContainText("Sent again");
  await expect(failed.getByRole("button", { name: "Send again" })).toHaveCount(0);
});

test("what is sent without a connection is kept, and goes out once", async ({ inbox, meta, problems }) => {
  problems.allow(/ERR_INTERNET_DISCONNECTED|WebSocket connection/);
  await inbox.open(omar.name);
  await inbox.page.context().setOffline(true);
  await inbox.send("Your parcel left today");
  await inbox.send("It arrives tomorrow");
  for (const text of ["Your parcel left today", "It arrives tomorrow"]) {
    await expect(inbox.message(text)).toBeVisible();
  }
  await expect(inbox.message("Your parcel left today")).toContainText("Waiting for the connection");
  await expect(inbox.draft).toHaveValue("");
  expect(meta.sent).toEqual([]);

  await inbox.page.context().setOffline(false);
  const both = ["Your parcel left today", "It arrives tomorrow"];
  await expect.poll(() => meta.sent.map((sent) => sent.text), { timeout: 30_000 }).toEqual(both);
  for (const text of both) {
    await expect(inbox.message(text)).toHaveAttribute("data-status", "accepted");
    await expect(inbox.message(text)).toHaveCount(1);
  }
  await inbox.page.reload();
  await expect(inbox.page.locator(".msg[data-dir=out]")).toHaveCount(2);
});
