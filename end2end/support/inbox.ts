import { expect, type Locator, type Page } from "@playwright/test";

import { type Language, type Words, words } from "./words.ts";

/** The inbox as an agent sees it. */
export class Inbox {
  readonly page: Page;
  readonly words: Words;
  readonly rows: Locator;
  readonly draft: Locator;
  readonly sendButton: Locator;
  readonly offlineBanner: Locator;
  /** Says how many rows would stand elsewhere if nobody were reading the list. */
  readonly moved: Locator;

  constructor(page: Page, language: Language) {
    this.page = page;
    this.words = words[language];
    this.rows = page.locator(".rows .row");
    this.draft = page.getByLabel(this.words.reply, { exact: true });
    this.sendButton = page.locator(".composer").getByRole("button", { name: this.words.send, exact: true });
    this.offlineBanner = page.locator(".banner[data-kind=offline]");
    this.moved = page.locator(".list__moved .pill");
  }

  /** The list is there and its line to the server stands. */
  async isLive(): Promise<void> {
    await expect(this.page.locator(".link-state")).toHaveText(this.words.connected);
    await expect(this.page.locator(".list .skeleton")).toHaveCount(0);
  }

  /** A customer's row. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.locator(".row__name", { hasText: exactly(name) }) });
  }

  unread(name: string): Locator {
    return this.row(name).locator(".badge");
  }

  /** Opens a customer's conversation from the list. */
  async open(name: string): Promise<void> {
    await this.row(name).click();
    await expect(this.page.locator(".who__name")).toHaveText(name);
    // While the pointer rests on the list, the list holds still.
    await this.page.locator(".msgs-scroll").hover();
  }

  /** The message with this text in the open thread. */
  message(text: string): Locator {
    return this.page
      .locator(".msgs .msg")
      .filter({ has: this.page.locator(".bubble__text", { hasText: exactly(text) }) });
  }

  async send(text: string): Promise<void> {
    await this.draft.fill(text);
    await this.draft.press("Enter");
  }

  /** Names in the order they stand. */
  names(): Promise<string[]> {
    return this.page.locator(".rows .row__name").allTextContents();
  }

  /** What the list says, row by row: name, preview, delivery and unread. Times are left out: they run. */
  list(): Promise<string[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) => {
        const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? "";
        const tick = row.querySelector(".tick")?.getAttribute("data-status") ?? "";
        return [text(".row__name"), text(".row__preview"), tick, text(".badge")].join(" | ");
      }),
    );
  }

  /** What the thread says, message by message: side, text and delivery. */
  thread(): Promise<string[]> {
    return this.page.locator(".msgs .msg").evaluateAll((messages) =>
      messages.map((message) => {
        const text = message.querySelector(".bubble__text")?.textContent ?? "";
        const data = (message as HTMLElement).dataset;
        return [data["dir"], text, data["status"], data["seq"]].join(" | ");
      }),
    );
  }
}

/** Matches a text and nothing around it. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);
}
