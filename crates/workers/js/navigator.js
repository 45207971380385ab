// navigator: what programs and libraries recognise the platform by. Source: workers-api.md 9.

const flags = require("flags");
const { defineInterface, illegalInvocation, illegalConstructor } = require("interface");

const RUNTIME = Symbol("runtime");

class Navigator {
  #brand;

  constructor(token) {
    if (token !== RUNTIME) throw illegalConstructor();
  }

  // Sends without waiting for the answer; false when the request cannot be made.
  sendBeacon(url, body = undefined) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    try {
      globalThis.fetch(`${url}`, { method: "POST", body }).catch(() => {});
      return true;
    } catch {
      return false;
    }
  }
}
defineInterface(Navigator);

const navigator = new Navigator(RUNTIME);
const properties = { hardwareConcurrency: 1, platform: "", userAgent: "Cloudflare-Workers" };
if (flags.enable_navigator_language) {
  properties.language = "en";
  properties.languages = Object.freeze(["en"]);
}
for (const name of Object.keys(properties)) {
  Object.defineProperty(navigator, name, { value: properties[name], enumerable: true, configurable: true });
}

exports.Navigator = Navigator;
exports.navigator = navigator;
