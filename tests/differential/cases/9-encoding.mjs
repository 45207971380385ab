// TextEncoder, TextDecoder, atob, btoa.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "encode": () => [new TextEncoder().encode("a\u00e9\u{1F600}"), new TextEncoder().encode("\ud800x"), new TextEncoder().encoding],
  "encodeInto": () => { const bytes = new Uint8Array(4); const { read, written } = new TextEncoder().encodeInto("a\u00e9\u{1F600}", bytes); return [read, written, bytes]; },
  "decode": () => [new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])), new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length, new TextDecoder().decode(new Uint8Array([97, 0xff, 98]))],
  "fatal": () => { try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])); } catch (error) { return error.name; } },
  "stream": () => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }), d.decode(new Uint8Array([0x98, 0x80]), { stream: true }), d.decode()]; },
  "labels": () => ["utf8", "UTF-8", "unicode-1-1-utf-8"].map((label) => new TextDecoder(label).encoding),
  "unknown label": () => { try { new TextDecoder("nonsense"); } catch (error) { return error.name; } },
  "btoa": () => [btoa("hello"), btoa(""), btoa("\u00ff")],
  "btoa of wide text": () => { try { btoa("\u0100"); } catch (error) { return [error.name, error.code]; } },
  "atob": () => [atob("aGVsbG8="), atob(" aGVs bG8 "), atob("")],
  "atob of nonsense": () => { try { atob("a"); } catch (error) { return [error.name, error.code]; } },
});
