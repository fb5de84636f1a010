// A way to the front address on which a test can make things slow, broken or different: the browser sees another
// port, everything behind it stays real.

import { createServer, request } from "node:http";

export class Proxy {
  /**
   * Decides on a path: `{ after }` milliseconds, `{ status }` instead of an answer, `{ body }` in its place, or
   * `{ cut }`, which ends the connection without a word.
   */
  rule = () => ({});
  #sockets = new Set();

  static async to(front) {
    const proxy = new Proxy();
    proxy.target = new URL(front);
    proxy.server = createServer((asked, answer) => proxy.#pass(asked, answer));
    proxy.server.on("connection", (socket) => {
      proxy.#sockets.add(socket);
      socket.on("close", () => proxy.#sockets.delete(socket));
    });
    await new Promise((ready) => proxy.server.listen(0, "127.0.0.1", ready));
    proxy.origin = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  async #pass(asked, answer) {
    const { after = 0, status, body, cut } = this.rule(new URL(asked.url, this.origin).pathname);
    await new Promise((wake) => setTimeout(wake, after));
    if (cut) return asked.socket.destroy();
    if (status) return answer.writeHead(status, { "content-type": "text/plain" }).end();
    const headers = { ...asked.headers, host: this.target.host };
    if (body) {
      headers["accept-encoding"] = "identity";
      delete headers["if-none-match"];
      delete headers["if-modified-since"];
    }
    const passed = request(new URL(asked.url, this.target), { method: asked.method, headers }, (got) => {
      if (!body || got.statusCode !== 200) {
        answer.writeHead(got.statusCode, got.headers);
        return got.pipe(answer);
      }
      got.resume();
      const { "content-length": _length, etag: _etag, "last-modified": _time, ...kept } = got.headers;
      return answer.writeHead(200, kept).end(body);
    });
    passed.on("error", () => answer.destroy());
    return asked.pipe(passed);
  }

  /** Cuts every connection; nothing can be reached any more. */
  async close() {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
