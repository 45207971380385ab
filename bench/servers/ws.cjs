// The same service on Node with `ws`: echo, and a loop over everyone under /broadcast. Prints its port.
const http = require("node:http");
const { createRequire } = require("node:module");
const { WebSocketServer } = createRequire(process.argv[2])("ws");

const server = http.createServer((request, response) => response.end("ready"));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const everyone = new Set();
sockets.on("connection", (socket, request) => {
  const broadcasts = request.url === "/broadcast";
  if (broadcasts) everyone.add(socket);
  socket.on("message", (data, isBinary) => {
    if (!broadcasts) return socket.send(data, { binary: isBinary });
    for (const one of everyone) one.send(data, { binary: isBinary });
  });
  socket.on("close", () => everyone.delete(socket));
});
server.listen(0, "127.0.0.1", () => console.log(`Ready on http://127.0.0.1:${server.address().port}`));
