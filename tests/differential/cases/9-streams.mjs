// Streams in both directions through a real client.
export const worker = `
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const encoder = new TextEncoder();
    switch (pathname) {
      case "/echo": return new Response(request.body, { headers: { "Content-Type": "text/plain" } });
      case "/upper": return new Response(request.body.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); } })).pipeThrough(new TextEncoderStream()));
      case "/tee": { const [a, b] = request.body.tee(); return new Response(await new Response(a).text() + "|" + await new Response(b).text()); }
      case "/pull": { let n = 0; return new Response(new ReadableStream({ pull(controller) { if (n === 5) controller.close(); else controller.enqueue(encoder.encode(n++ + ",")); } })); }
      case "/reader": { const reader = request.body.getReader(); let size = 0; for (;;) { const { done, value } = await reader.read(); if (done) break; size += value.length; } return new Response(String(size)); }
      case "/iterate": { let size = 0; for await (const chunk of request.body) size += chunk.length; return new Response(String(size)); }
      case "/large": return new Response(new Uint8Array(3_000_000).fill(97));
      case "/late": { const { readable, writable } = new TransformStream(); const writer = writable.getWriter(); (async () => { for (let n = 0; n < 3; n++) { await new Promise((resolve) => setTimeout(resolve, 5)); await writer.write(encoder.encode("part " + n + ";")); } await writer.close(); })(); return new Response(readable); }
      case "/unread": return new Response("answered without reading");
      case "/length": return new Response(request.body instanceof ReadableStream ? "a stream" : "no stream");
    }
  }
};`;

export async function client(t) {
  const post = (path, body) => t.fetch(path, { method: "POST", body });
  await post("/echo", "hello");
  await post("/upper", "shout \u00e9");
  await post("/tee", "twice");
  await post("/reader", "x".repeat(300_000));
  await post("/iterate", "x".repeat(300_000));
  await post("/unread", "x".repeat(100_000));
  await post("/length", "x");
  await t.fetch("/length");
  await t.fetch("/pull");
  await t.fetch("/late");
  const { body } = await t.fetch("/large", { quiet: true });
  t.log("large", body.length, body === "a".repeat(3_000_000));
}
