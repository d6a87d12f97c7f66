import { expect, type Page } from "@playwright/test";

import { Inbox } from "./inbox.ts";
import type { Server } from "./server.ts";
import { type Language, words } from "./words.ts";

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Adds somebody over the command line, as the operator of the server does. */
export function addPerson(server: Server, name: string, role: "agent" | "supervisor" | "admin"): Person {
  const person = {
    name,
    email: `${role}-${Math.random().toString(36).slice(2)}@rayhan.example`,
    password: "a short sentence",
  };
  server.command(
    ["user", "add", "--email", person.email, "--name", name, "--role", role, "--password-stdin"],
    `${person.password}\n`,
  );
  return person;
}

/** Types what a person types on the sign-in page that is open. */
export async function fillSignIn(page: Page, language: Language, email: string, password: string): Promise<void> {
  const { email: emailLabel, password: passwordLabel, signIn } = words[language];
  await page.getByLabel(emailLabel, { exact: true }).fill(email);
  await page.getByLabel(passwordLabel, { exact: true }).fill(password);
  await page.getByRole("button", { name: signIn, exact: true }).click();
}

/** Signs in with a password and waits until the inbox is live. */
export async function signIn(page: Page, server: Server, person: Person, language: Language): Promise<Inbox> {
  await page.goto(`${server.url}/signin`);
  await fillSignIn(page, language, person.email, person.password);
  await expect(page).toHaveURL(/\/inbox$/);
  const inbox = new Inbox(page, language);
  await inbox.isLive();
  return inbox;
}

/** Enters the demo as one of its people, with one click at their own address. */
export async function enterDemo(page: Page, server: Server, name: string, language: Language): Promise<Inbox> {
  await page.goto(`${server.urlFor(name)}/signin`);
  await page.getByRole("button", { name: words[language].enterHere }).click();
  await expect(page).toHaveURL(/\/inbox$/);
  const inbox = new Inbox(page, language);
  await inbox.isLive();
  return inbox;
}
