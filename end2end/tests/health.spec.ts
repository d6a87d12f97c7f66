import { expect, test } from "../support/watch.ts";

test("a fresh server is alive and ready", async ({ majlis, request }) => {
  const server = await majlis();
  for (const path of ["/healthz", "/readyz"]) {
    expect((await request.get(server.url + path)).status(), path).toBe(200);
  }
});
