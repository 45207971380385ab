// Section 4.4: a request that nothing can answer is cancelled; one that waits for another request's promise is not.
export const config = { date: "2026-04-01", flags: [], classes: {} };

export const worker = `
let shared, wake;
export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/start":
        shared = new Promise((resolve) => { wake = resolve; });
        await scheduler.wait(300);
        wake("x");
        return new Response("woke them");
      case "/wait":
        return new Response("got " + (await shared));
      case "/own":
        return new Response("own " + (await new Promise((resolve) => setTimeout(resolve, 20, "timer"))));
      case "/hang":
        await new Promise(() => {});
    }
    return new Response("ready");
  },
};`;

export async function client(t) {
  await t.fetch("/ready");
  const start = fetch(new URL("/start", t.url)).then((response) => response.text());
  await t.fetch("/own");
  await t.fetch("/wait");
  t.log(await start);
  await t.fetch("/hang");
  await t.fetch("/ready");
}
