// Promises: a real headless Chromium, the one on this machine (CHROMIUM names another), driven by playwright-core. Only
// addresses of loopback are reachable from its pages.
import { execFileSync } from "node:child_process";
import { npm } from "./packages.mjs";
import { PATIENCE_MS } from "./process.mjs";

/** The browser's path, or undefined when there is none. */
export function chromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** A started browser with one context: its pages are tabs of one window. Pages that throw make the test fail. */
export async function browser() {
  const started = await npm("playwright-core").chromium.launch({
    executablePath: chromium(),
    // Tests run as root in containers, where the sandbox cannot start and /dev/shm is small.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const context = await started.newContext({ viewport: { width: 1000, height: 800 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = [];
  return {
    problems,
    async tab(url) {
      const page = await context.newPage();
      page.on("pageerror", (error) => problems.push(error));
      await page.goto(url);
      return page;
    },
    stop: () => started.close(),
  };
}
