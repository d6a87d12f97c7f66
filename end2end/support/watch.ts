import { AxeBuilder } from "@axe-core/playwright";
import { test as base, type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";

import { Meta } from "./meta.ts";
import { type Server, type StartOptions, startServer } from "./server.ts";
import { type Language, words } from "./words.ts";

declare global {
  interface Window {
    majlisReport?: (problem: string) => void;
  }
}

/** What went wrong in the browsers of a test. Anything in here fails it. */
export class Problems {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  /** For what a test provokes on purpose (a refused request, a lost socket). */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  report(problem: string): void {
    this.#found.push(problem);
  }

  list(): string[] {
    return this.#found.filter((problem) => !this.#allowed.some((pattern) => pattern.test(problem)));
  }
}

/** Collects the problems of all pages of a context, those it opens later included. */
export async function watch(context: BrowserContext, problems: Problems): Promise<void> {
  context.on("console", (message) => {
    const where = `${message.location().url} on ${message.page()?.url()}`;
    if (message.type() === "error") problems.report(`console: ${headOf(message.text())} (${where})`);
  });
  context.on("weberror", (webError) => {
    const error = webError.error();
    problems.report(`page error: ${headOf(error.stack ?? error.message)} (on ${webError.page()?.url()})`);
  });
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // Leaving a page aborts what it still loads; that is no failure.
    if (isOurs(request.url()) && why !== "net::ERR_ABORTED") {
      problems.report(`request failed: ${request.method()} ${request.url()}: ${why}`);
    }
  });
  context.on("response", (response) => {
    if (isOurs(response.url()) && response.status() >= 500) {
      problems.report(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
    }
  });
  await context.exposeBinding("majlisReport", (_source, problem: string) => problems.report(problem));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const where = `${event.sourceFile}:${event.lineNumber}`;
      window.majlisReport?.(`CSP: ${event.violatedDirective} blocked ${event.blockedURI || "?"} (${where})`);
    });
  });
}

/** What was said, without the numbers of WebAssembly functions that nobody can read. */
function headOf(text: string): string {
  return text.split("\n").slice(0, 3).join(" ");
}

function isOurs(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === "127.0.0.1" || host === "localhost" || host.endsWith(".localhost");
}

interface Fixtures {
  problems: Problems;
  /** Starts a server that ends with the test. */
  majlis: (options?: StartOptions) => Promise<Server>;
  /** Opens a browser context of its own, watched like `page`: a second agent, another screen, another language. */
  openContext: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** A page in a context of its own, in a browser that asks for this language. */
  openPage: (language: Language, options?: BrowserContextOptions) => Promise<Page>;
  /** A Meta of the test's own, for numbers that are not simulated. */
  meta: Meta;
}

/** Playwright's `test`, whose pages are watched: a test fails when its browser complained, whatever it asserts. */
export const test = base.extend<Fixtures>({
  problems: async ({}, use) => {
    const problems = new Problems();
    await use(problems);
    expect(problems.list(), "what the browser complained about").toEqual([]);
  },
  // Both need `majlis` only to end before it: an open page whose server goes away complains, rightly.
  context: async ({ context, problems, majlis: _ }, use) => {
    await watch(context, problems);
    await use(context);
    await context.close();
  },
  openContext: async ({ browser, problems, majlis: _ }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      opened.push(context);
      await watch(context, problems);
      return context;
    });
    await Promise.all(opened.map((context) => context.close()));
  },
  openPage: async ({ openContext }, use) => {
    await use(async (language, options) => {
      const context = await openContext({ locale: words[language].locale, ...options });
      return context.newPage();
    });
  },
  meta: async ({}, use) => {
    const meta = await Meta.start();
    await use(meta);
    meta.stop();
  },
  majlis: async ({}, use, info) => {
    const servers: Server[] = [];
    await use(async (options) => {
      const server = await startServer(options);
      servers.push(server);
      return server;
    });
    for (const [index, server] of servers.entries()) {
      if (info.status !== info.expectedStatus) {
        await info.attach(`server-${index}.log`, { body: server.stderr(), contentType: "text/plain" });
      }
      await server.dispose();
    }
  },
});

export { expect };

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Checks the page as it stands now against WCAG A and AA; `within` narrows it to a selector. */
export async function expectNoAxeViolations(page: Page, within?: string): Promise<void> {
  const builder = new AxeBuilder({ page }).withTags(wcag);
  const { violations } = await (within ? builder.include(within) : builder).analyze();
  const said = violations.map(({ id, help, nodes }) => {
    const places = nodes.map((node) => `  ${node.target.join(" ")}: ${node.failureSummary?.replaceAll("\n", " ")}`);
    return [`${id}: ${help}`, ...places].join("\n");
  });
  expect(said, "accessibility").toEqual([]);
}
