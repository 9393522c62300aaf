// A mail provider on loopback, which answers, fails, hangs or hangs up as a test sets it, and records what it received.
import { createServer } from "node:http";

/** A provider on loopback. `behavior` handles the next requests. */
export class Provider {
  received = [];
  behavior = () => {};
  #server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      this.received.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      this.behavior(request, response, body);
    });
  });

  async listens() {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  answers(status, body = {}, headers = {}) {
    this.behavior = (request, response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  ends() {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }
}
