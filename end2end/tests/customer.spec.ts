import { addPerson, signIn } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

test("a customer is named, merged with another, and taken apart again", async ({
  majlis,
  meta,
  openPage,
  problems,
}) => {
  // Nobody has the first number that is typed.
  problems.allow(/console: Failed to load resource: .*\b422\b/);
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "Rayhan Shop");
  await meta.says(server, number, { name: "Heba", waId: "201000007601" }, "من رقمي");
  await meta.says(server, number, { name: "Heba Work", waId: "201000007602" }, "من رقم الشغل");
  const [layla, omar] = [
    await signIn(await openPage("en"), server, addPerson(server, "Layla", "agent"), "en"),
    await signIn(await openPage("ar"), server, addPerson(server, "Omar", "agent"), "ar"),
  ];
  await layla.isLive();
  await omar.isLive();

  // The name given by one is on the other's screen; the profile name stays beneath.
  await layla.open("Heba");
  const panel = layla.page.locator(".panel");
  await panel.getByRole("button", { name: "Change the name" }).click();
  await panel.getByLabel("What the team calls them").fill("مدام هبة");
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(panel.locator(".ident__name")).toContainText("مدام هبة");
  await expect(panel).toContainText("On WhatsApp: Heba");
  await expect(omar.row("مدام هبة")).toBeVisible();

  // Found by number, compared, merged.
  await panel.getByRole("button", { name: "Merge with another" }).click();
  const finding = layla.page.getByRole("dialog");
  await finding.getByLabel("The other customer’s number or id").fill("+20 100 000 7777");
  await finding.getByRole("button", { name: "Compare" }).click();
  await expect(finding).toContainText("There is no customer with this number or id.");
  await finding.getByLabel("The other customer’s number or id").fill("+20 100 000 7602");
  await finding.getByRole("button", { name: "Compare" }).click();
  const looking = layla.page.getByRole("dialog", { name: "Merge two customers" });
  await expect(looking).toContainText("Heba Work");
  await expect(looking).toContainText("they stay two chats");
  await expectNoAxeViolations(layla.page);
  await looking.getByRole("button", { name: "Merge", exact: true }).click();
  await expect(omar.row("مدام هبة")).toHaveCount(2);
  await expect(panel.getByRole("navigation", { name: "Other chats with them" })).toContainText("+20 100 000 7602");
  await expectNoAxeViolations(layla.page);

  // The other agent takes it back.
  await omar.row("مدام هبة").first().click();
  await omar.page.getByRole("button", { name: "فصل" }).click();
  await expect(omar.row("Heba Work")).toHaveCount(1);
  await expect(layla.row("Heba Work")).toHaveCount(1);
  await expect(layla.row("مدام هبة")).toHaveCount(1);
  await expectNoAxeViolations(omar.page);
});

test("a customer is blocked by one and let in by another", async ({ majlis, meta, openPage, problems }) => {
  // Meta does not block somebody.
  problems.allow(/console: Failed to load resource: .*\b422\b/);
  const server = await majlis({ env: meta.env });
  const number = meta.connect(server, "Rayhan Shop");
  const heba = { name: "Heba", waId: "201000007601" };
  await meta.says(server, number, heba, "ردوا عليا");
  const [layla, omar] = [
    await signIn(await openPage("en"), server, addPerson(server, "Layla", "agent"), "en"),
    await signIn(await openPage("ar"), server, addPerson(server, "Omar", "agent"), "ar"),
  ];
  await layla.isLive();
  await omar.isLive();
  await layla.open("Heba");
  await omar.open("Heba");
  const panel = layla.page.locator(".panel");

  // Refused, in words; nothing has changed.
  meta.unblockable.set(heba.waId, 139100);
  await panel.getByRole("button", { name: "Block the customer" }).click();
  const question = layla.page.getByRole("dialog", { name: "Block this customer?" });
  await expect(question).toContainText("no longer reach this number");
  await expectNoAxeViolations(layla.page);
  await question.getByRole("button", { name: "Block the customer" }).click();
  await expect(question.getByRole("alert")).toContainText("It may be a business account");
  meta.unblockable.clear();
  await question.getByRole("button", { name: "Block the customer" }).click();
  await expect(question).toBeHidden();

  // On both screens: in the pane with who did it, and in the composer's place.
  await expect(panel).toContainText("Blocked on this number");
  await expect(panel).toContainText("asked to block, and Meta did not take it");
  await expect(layla.page.locator(".composer")).toContainText("You blocked this customer on this number.");
  await expect(layla.draft).toHaveCount(0);
  await expect(omar.page.locator(".panel")).toContainText("Layla");
  const composer = omar.page.locator(".composer");
  await expect(composer).toContainText("حظرتم هذا العميل على هذا الرقم.");
  expect(meta.blocked.has(heba.waId)).toBe(true);
  await expectNoAxeViolations(omar.page);

  // The other lets them in again, by keyboard.
  await composer.getByRole("button", { name: "رفع الحظر" }).press("Enter");
  const letIn = omar.page.getByRole("dialog", { name: "رفع الحظر عن هذا العميل؟" });
  await letIn.getByRole("button", { name: "رفع الحظر" }).press("Enter");
  await expect(omar.draft).toBeVisible();
  await expect(layla.draft).toBeVisible();
  await expect(panel).toContainText("Not blocked on this number");
  await expect(panel).toContainText("Omar unblocked");
  await layla.send("أهلًا من جديد");
  await expect(layla.message("أهلًا من جديد")).toBeVisible();
});
