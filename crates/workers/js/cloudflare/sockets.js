// The virtual module `cloudflare:sockets`: it can be imported, so that a program that only might connect runs.

exports.connect = () => {
  throw new Error("connect() is not supported by Holdfast yet: it has no outgoing TCP sockets for programs.");
};
