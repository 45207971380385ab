// Section 1.1: a fetch handler that throws, rejects, or returns what is no Response gives 500 and the Worker lives on.
export const worker = `
let asked = 0;
export default {
  fetch(request) {
    asked++;
    switch (new URL(request.url).pathname) {
      case "/throw": throw new Error("thrown");
      case "/reject": return Promise.reject(new TypeError("rejected"));
      case "/string": return "not a response";
      case "/undefined": return;
      case "/object": return { status: 200 };
      case "/error": return Response.error();
      case "/late": return new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 5));
      case "/throw-string": throw "just a string";
      case "/used": { const response = new Response("x"); return response.text().then(() => response); }
    }
    return new Response("asked " + asked);
  }
};`;

export async function client(t) {
  for (const path of ["/throw", "/reject", "/string", "/undefined", "/object", "/error", "/late", "/throw-string", "/used", "/fine"]) await t.fetch(path);
}
