import { expect, type Locator, type Page } from "@playwright/test";

import { exactly } from "./inbox.ts";
import type { Server } from "./server.ts";

/** What may happen to the team's messages to a simulated customer. */
export type Fault = "none" | "undeliverable" | "window_closed" | "answer_lost" | "message_lost";

/** The simulated customers' phones by their API: what their page does, without a page. */
export class Phones {
  readonly #origin: string;

  constructor(server: Server) {
    this.#origin = new URL(server.phonesUrl).origin;
  }

  async #post(path: string, body: unknown): Promise<Response> {
    const answer = await fetch(`${this.#origin}/phones/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.#origin, "sec-fetch-site": "same-origin" },
      body: JSON.stringify(body),
    });
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
    return answer;
  }

  /** A new customer; gives the key of their phone. */
  async add(name: string, phone: string): Promise<string> {
    const answer = await this.#post("people", { name, phone });
    return ((await answer.json()) as { key: string }).key;
  }

  async say(customer: string, text: string): Promise<void> {
    await this.#post("messages", { customer, text });
  }

  /** Sends a type by the simulator's name for it; `text` takes the place of its words. */
  async sayKind(customer: string, kind: string, text = ""): Promise<void> {
    await this.#post("messages", { customer, kind, text });
  }

  /** Reacts to the last message that came, or changes or deletes the customer's own last words. */
  async mark(customer: string, mark: { react: string } | { edit: string } | "delete"): Promise<void> {
    await this.#post("marks", { customer, mark });
  }

  /** Taps the button or row with this title on the last message that has one. */
  async tapFirst(customer: string, title: string): Promise<void> {
    type Shown = { messages: { id: string; taps: { id: string; title: string }[] }[] };
    await expect(async () => {
      const address = `${this.#origin}/phones/api/thread?${new URLSearchParams({ customer })}`;
      const { messages } = (await (await fetch(address)).json()) as Shown;
      const message = messages.findLast((one) => one.taps.some((tap) => tap.title === title));
      const tap = message?.taps.find((one) => one.title === title);
      expect(tap, `${title} can be tapped`).toBeDefined();
      await this.#post("taps", { customer, message: message?.id, tap: tap?.id });
    }).toPass();
  }

  async call(customer: string, seconds: number): Promise<void> {
    await this.#post("calls", { customer, duration_s: seconds });
  }

  async fault(customer: string, fault: Fault): Promise<void> {
    await this.#post("phone", { customer, fault });
  }
}

/** The page with the phones, as one plays a customer on it. */
export class PhonesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Puts a new customer's phone on the desk. */
  async newCustomer(name: string, phone: string): Promise<void> {
    await this.page.locator("#new").click();
    const dialog = this.page.getByRole("dialog");
    await dialog.locator("[name=name]").fill(name);
    await dialog.locator("[name=phone]").fill(phone);
    await dialog.locator("[type=submit]").click();
    await expect(this.phone(name).frame).toBeVisible();
  }

  /** A phone on the desk. */
  phone(name: string): Phone {
    return new Phone(this.page.locator(".phone-frame").filter({ hasText: name }));
  }
}

export class Phone {
  readonly frame: Locator;

  constructor(frame: Locator) {
    this.frame = frame;
  }

  async write(text: string): Promise<void> {
    await this.frame.locator(".phone-input").fill(text);
    await this.frame.locator(".phone-input").press("Enter");
  }

  message(text: string): Locator {
    return this.frame.locator(".phone-msg").filter({ has: this.frame.page().locator("p", { hasText: exactly(text) }) });
  }
}
