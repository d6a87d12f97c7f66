import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // A journey that passes at the second try has found something: no retries.
  retries: 0,
  forbidOnly: true,
  fullyParallel: true,
  // Each journey has a server and a browser of its own; more than two of them starve each other on a small machine.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    trace: "retain-on-failure",
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      // The system's browser: nothing is downloaded for the tests.
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        "--no-sandbox", // As root Chromium refuses to start with it; it only ever opens our own pages here.
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
