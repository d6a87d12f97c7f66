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
