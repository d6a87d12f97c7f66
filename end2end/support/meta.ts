import { createHmac } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Server } from "./server.ts";

const appSecret = "the app secret of the journeys";
const wabaId = "200000000000001";

export interface Number {
  id: string;
  phoneNumberId: string;
  phone: string;
}

export interface Customer {
  name: string;
  /** E.164 without `+`, as Meta writes it. */
  waId: string;
}

/** A message that the server gave to WhatsApp. */
export interface Sent {
  wamid: string;
  to: string;
  text: string;
  /** The template's own object, of a template. */
  template: unknown;
  callback: string | undefined;
}

/**
 * Meta as a real number meets it, played by the test: a Graph API, and a sender of signed webhooks that keeps trying
 * while the server is away. It lives on when the server is killed.
 */
export class Meta {
  readonly sent: Sent[] = [];
  /** Messages to these are refused, with this code of Meta's. */
  readonly refusals = new Map<string, number>();
  /** Meta does not block these, with this code. */
  readonly unblockable = new Map<string, number>();
  /** Whom the number has blocked. */
  readonly blocked = new Set<string>();
  /** The account's message templates. */
  templates: object[] = [];
  readonly #http: HttpServer;
  #count = 0;

  private constructor(http: HttpServer) {
    this.#http = http;
  }

  static async start(): Promise<Meta> {
    const http = createServer();
    const meta = new Meta(http);
    http.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        const [status, answer] = meta.#answer(body, request.url ?? "", request.method ?? "GET");
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return meta;
  }

  /** The settings of a server that shall meet this Meta and no other. */
  get env(): Record<string, string> {
    return { MAJLIS_GRAPH_URL: `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v25.0` };
  }

  stop(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  #block(said: { block_users: { user: string }[] }, method: string): [number, unknown] {
    const input = said.block_users[0]?.user ?? "";
    const waId = input.replace("+", "");
    const code = this.unblockable.get(waId);
    if (code) {
      const errors = [{ code, message: "No", error_data: { details: "" } }];
      return [400, { block_users: { failed_users: [{ input, errors }] }, error: { code: 139100, message: "No" } }];
    }
    if (method === "POST") this.blocked.add(waId);
    else this.blocked.delete(waId);
    const list = method === "POST" ? "added_users" : "removed_users";
    return [200, { messaging_product: "whatsapp", block_users: { [list]: [{ input, wa_id: waId }] } }];
  }

  #answer(body: string, path: string, method: string): [number, unknown] {
    if (path.includes("/message_templates")) return [200, { data: this.templates, paging: {} }];
    const said = body ? JSON.parse(body) : {};
    if (path.includes("/block_users")) return this.#block(said, method);
    if (said.status === "read" || !said.to) return [200, { success: true }];
    const code = this.refusals.get(said.to.replace("+", ""));
    if (code) {
      return [400, { error: { message: `(#${code}) refused`, type: "OAuthException", code, fbtrace_id: "A" } }];
    }
    const wamid = `wamid.OUT${++this.#count}`;
    const callback = said.biz_opaque_callback_data;
    this.sent.push({ wamid, to: said.to, text: said.text?.body ?? "", template: said.template, callback });
    return [
      200,
      { messaging_product: "whatsapp", contacts: [{ input: said.to, wa_id: said.to }], messages: [{ id: wamid }] },
    ];
  }

  /** Connects a number of this Meta to the server. */
  connect(server: Server, name: string, phoneNumberId = "300000000000001", phone = "+201000000100"): Number {
    const id = server.command([
      ...["channel", "add", "--name", name, "--phone-number-id", phoneNumberId, "--waba-id", wabaId],
      ...["--display-phone", phone, "--verify-token", "verify"],
      ...["--access-token-file", server.file("token.txt", "access token")],
      ...["--app-secret-file", server.file("secret.txt", appSecret)],
    ]);
    return { id, phoneNumberId, phone };
  }

  /** A customer writes. Resolves when the server has taken it, however long that takes. */
  async says(server: Server, number: Number, customer: Customer, text: string, atMs = Date.now()): Promise<void> {
    await this.#post(server, number, {
      contacts: [{ profile: { name: customer.name }, wa_id: customer.waId }],
      messages: [
        {
          from: customer.waId,
          id: `wamid.IN${++this.#count}`,
          timestamp: String(Math.floor(atMs / 1000)),
          type: "text",
          text: { body: text },
        },
      ],
    });
  }

  /** Tells what became of a message the server sent. */
  async reports(server: Server, number: Number, sent: Sent, status: "sent" | "delivered" | "read"): Promise<void> {
    const told = {
      id: sent.wamid,
      status,
      timestamp: String(Math.floor(Date.now() / 1000)),
      recipient_id: sent.to.replace("+", ""),
      biz_opaque_callback_data: sent.callback,
    };
    await this.#post(server, number, { statuses: [told] });
  }

  async #post(server: Server, number: Number, what: object): Promise<void> {
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: number.phone.replace("+", ""), phone_number_id: number.phoneNumberId },
      ...what,
    };
    const body = JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ id: wabaId, changes: [{ field: "messages", value }] }],
    });
    const signature = `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
    for (;;) {
      const answer = await fetch(`${server.url}/webhooks/whatsapp`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-hub-signature-256": signature },
        body,
        signal: AbortSignal.timeout(5_000),
      }).catch(() => null);
      if (answer?.ok) return;
      // As Meta does: what was not taken comes again.
      await sleep(100);
    }
  }
}
