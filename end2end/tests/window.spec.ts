import type { Customer } from "../support/meta.ts";
import { addPerson, signIn } from "../support/signin.ts";
import { expect, expectNoAxeViolations, test } from "../support/watch.ts";

const hourMs = 3_600_000;
const text = {
  ar: { closed: /أُغلقت النافذة/, reason: /لا تسمح واتساب بنص حر حتى يكتب/, customer: "العميل", state: "مغلقة" },
  en: { closed: /The window closed/, reason: /WhatsApp allows no free text until/, customer: "Customer", state: "Closed" },
};

for (const language of ["ar", "en"] as const) {
  test(`a closed window is said, held, and opened by the customer (${language})`, async ({ majlis, meta, openPage }) => {
    const server = await majlis({ env: meta.env });
    const number = meta.connect(server, "متجر ريحان");
    const customer: Customer = { name: "زينب العالي", waId: "97330007201" };
    await meta.says(server, number, customer, "متى يصل الطلب؟", Date.now() - 30 * hourMs);
    const inbox = await signIn(await openPage(language), server, addPerson(server, "منى", "agent"), language);
    const { page } = inbox;
    const said = text[language];

    await inbox.open(customer.name);
    await expect(page.locator(".composer")).toContainText(said.closed);
    await expect(page.locator(".composer")).toContainText(said.reason);
    await expect(page.locator(".composer")).toContainText(customer.name);
    await expect(inbox.draft).toHaveCount(0);
    await expect(inbox.sendButton).toHaveCount(0);
    await expect(page.getByRole("complementary", { name: said.customer })).toContainText(said.state);
    await expectNoAxeViolations(page);

    // Who asks without the page is refused too.
    const key = server.command(["key", "add", "--name", "journey", "--role", "agent"]);
    const conversation = new URL(page.url()).pathname.split("/").pop();
    const refused = await page.request.post(`${server.url}/api/v1/messages`, {
      headers: { authorization: `Bearer ${key}`, "accept-language": language },
      data: { conversation_id: conversation, type: "text", text: { body: "غدًا" }, client_msg_id: "journey-1" },
    });
    expect(refused.status()).toBe(422);
    expect((await refused.json()).type).toMatch(/window-closed$/);
    expect(meta.sent).toEqual([]);

    // The customer writes: the composer is there, without a reload.
    await meta.says(server, number, customer, "مرحبا؟");
    await expect(inbox.message("مرحبا؟")).toBeVisible();
    await inbox.send("يصل غدًا بإذن الله");
    await expect.poll(() => meta.sent.map((sent) => sent.text)).toEqual(["يصل غدًا بإذن الله"]);
  });
}
