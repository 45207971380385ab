// The pages in real headless Chromium: two tabs chat, the counter counts in both, visitors are counted, lines are drawn.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apps, configOf, examples, onReference, start, thirdParty } from "../support/app.mjs";
import { browser, chromium } from "../support/browser.mjs";
import { eventually } from "../support/process.mjs";

const noBrowser = chromium() ? false : "no Chromium on this machine";
const needs = (folder, what) => noBrowser || (!configOf(folder) && `${what} not found`);

describe("pages", { skip: noBrowser, timeout: 300_000 }, () => {
  let window;
  before(async () => {
    window = await browser();
  });
  after(() => window?.stop());

  /** Runs `visit` with the address of a started project; no page of it may throw. */
  const visit = (folder, script) => async () => {
    const server = await start(folder);
    const tabs = [];
    const open = async (where = "/") => {
      const page = await window.tab(new URL(where, server.url).href);
      tabs.push(page);
      return page;
    };
    try {
      await script(open, server);
      assert.deepEqual(window.problems, []);
    } finally {
      for (const page of tabs) await page.close();
      await server.stop();
    }
  };
  const text = (page, selector) => page.textContent(selector);
  const shows = (page, selector, wanted) => eventually(`${selector} to show ${wanted}`, async () => (await text(page, selector)).includes(wanted));

  const example = (name, script) => {
    const folder = path.join(examples, name);
    test(`examples/${name}`, { skip: needs(folder, `examples/${name}`) }, visit(folder, script));
  };

  example("counter", async (open) => {
    const [one, two] = [await open(), await open()];
    for (const page of [one, two]) await shows(page, "#count", "0");
    await one.click("#click:enabled");
    for (const page of [one, two]) await shows(page, "#count", "1");
    await two.click("#click:enabled");
    await two.click("#click:enabled");
    for (const page of [one, two]) await shows(page, "#count", "3");
    await one.reload();
    await shows(one, "#count", "3");
  });

  example("visitors", async (open) => {
    const one = await open();
    await shows(one, "#now", "1");
    const two = await open();
    for (const page of [one, two]) await shows(page, "#now", "2");
    await two.close();
    await shows(one, "#now", "1");
    await shows(one, "#most", "2");
  });

  example("chat", async (open) => {
    const [ada, bob] = [await open("/garden"), await open("/garden")];
    const rename = async (page, name) => {
      await shows(page, "#status", "Connected");
      await page.fill("#name", name);
      await page.press("#name", "Enter");
      await page.dispatchEvent("#name", "change");
      await shows(page, "#online", name);
    };
    await rename(ada, "Ada");
    await rename(bob, "Bob");
    await shows(ada, "#online", "Bob");
    await ada.fill("#text", "hello from the first tab");
    await ada.click("#send");
    for (const page of [ada, bob]) await shows(page, "#messages", "hello from the first tab");
    await bob.fill("#text", "<b>and from the second</b>");
    await bob.press("#text", "Enter");
    for (const page of [ada, bob]) await shows(page, "#messages", "<b>and from the second</b>");
    assert.equal(await ada.inputValue("#text"), "");
    // Who comes later reads what was said; another room hears nothing.
    const [cleo, stranger] = [await open("/garden"), await open("/elsewhere")];
    await shows(cleo, "#messages", "hello from the first tab");
    await shows(stranger, "#status", "Connected");
    assert.equal((await text(stranger, "#messages")).trim(), "");
    await bob.close();
    await eventually("Bob to be gone", async () => !(await text(ada, "#online")).includes("Bob"));
  });

  example("echo", async (open) => {
    const page = await open();
    await shows(page, "#status", "Connected");
    await page.fill("#text", "over and back");
    await page.click("#send-text");
    await page.waitForSelector('#log li[data-kind="received"] >> text=over and back');
    await page.click("#send-bytes");
    await page.waitForSelector('#log li[data-kind="received"] >> text=binary, 13 bytes');
    await page.click("#ping");
    await page.waitForSelector('#log li[data-kind="received"] >> text=pong');
    await page.click("#close-server");
    await page.waitForSelector('#log li[data-kind="closed"] >> text=4001 bye');
    await page.click("#close");
    await page.waitForSelector('#log li[data-kind="closed"] >> text=cleanly');
  });

  example("board", async (open) => {
    const [one, two] = [await open("/test"), await open("/test")];
    const lines = (page) => page.$eval("#board", (board) => Number(board.dataset.lines));
    for (const page of [one, two]) await shows(page, "#status", "Connected");
    const box = await (await one.$("#board")).boundingBox();
    await one.bringToFront();
    await one.mouse.move(box.x + 20, box.y + 20);
    await one.mouse.down();
    for (let step = 1; step <= 8; step++) await one.mouse.move(box.x + 20 + step * 15, box.y + 20 + step * 10);
    await one.mouse.up();
    await eventually("the line to reach the other tab", async () => (await lines(two)) > 0);
    const three = await open("/test");
    await eventually("the line to be kept", async () => (await lines(three)) > 0);
    await two.click("#clear");
    for (const page of [one, two, three]) await eventually("the board to be cleared", async () => (await lines(page)) === 0);
  });

  const chat = path.join(apps, "chat");
  const noChat = needs(chat, "shared/apps/chat") || (onReference && "chat needs pair.server, which workerd does not have");
  test("shared/apps/chat: two tabs talk", { skip: noChat }, visit(chat, async (open) => {
    const [one, two] = [await open(), await open()];
    const join = async (page) => {
      await page.fill("#room-input", "general");
      await page.click("#join-button");
      await shows(page, "#chat-window", "Joined room: general");
      await shows(page, "#chat-window", "User joined.");
    };
    await join(one);
    await join(two);
    await one.fill("#message-input", "hello, second tab");
    await one.click("#send-button");
    for (const page of [one, two]) await shows(page, "#chat-window", "hello, second tab");
    await two.fill("#message-input", "hello, first tab");
    await two.press("#message-input", "Enter");
    for (const page of [one, two]) await shows(page, "#chat-window", "hello, first tab");
    await two.close();
    await shows(one, "#chat-window", "User left.");
  }));

  const demo = thirdParty && path.join(thirdParty, "workers-chat-demo");
  test("workers-chat-demo: two tabs talk", { skip: needs(demo, "workers-chat-demo (set HOLDFAST_THIRD_PARTY)") }, visit(demo, async (open) => {
    const enter = async (name) => {
      const page = await open();
      await page.fill("#name-input", name);
      await page.press("#name-input", "Enter");
      await page.fill("#room-name", "general");
      await page.press("#room-name", "Enter");
      await shows(page, "#roster", name);
      return page;
    };
    const ada = await enter("ada");
    const bob = await enter("bob");
    await ada.fill("#chat-input", "hello");
    await ada.press("#chat-input", "Enter");
    for (const page of [ada, bob]) await shows(page, "#chatlog", "hello");
  }));
});
