// An echo server. What arrives at /socket goes back; "close 4001 bye" closes with that code and reason.
import { DurableObject } from "cloudflare:workers";
import page from "../public/index.html";

export class Echo extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    // Answered for the object while it sleeps, and without waking it.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, message) {
    const order = typeof message === "string" && /^close (\d+) ?(.*)$/.exec(message);
    if (!order) {
      socket.send(message);
      return;
    }
    try {
      socket.close(Number(order[1]), order[2]);
    } catch (error) {
      socket.send(`cannot close: ${error.message}`);
    }
  }

  webSocketClose(socket, code, reason, wasClean) {
    console.log("closed with", code, reason || "(no reason)", wasClean ? "cleanly" : "abruptly");
    // The platform's own codes (1005: none was given, 1006: the connection broke) cannot be sent.
    if (code === 1000 || code >= 3000) socket.close(code, reason);
    else socket.close(1000);
  }
}

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/socket") {
      if (request.headers.get("Upgrade") !== "websocket") {
        return new Response("Expected a WebSocket.\n", { status: 426, headers: { Upgrade: "websocket" } });
      }
      return env.ECHO.get(env.ECHO.idFromName("echo")).fetch(request);
    }
    if (pathname !== "/") return new Response("Not found\n", { status: 404 });
    return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  },
};
