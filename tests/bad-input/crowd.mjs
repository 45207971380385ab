// A crowd for descriptors.test.mjs: opens many WebSockets, asks each for an echo, prints how many were taken and served, and
// stays until it is ended.
import { Client } from "../support/client.mjs";

const [url, wanted] = process.argv.slice(2);
const clients = [];
let refused = 0;
for (let number = 0; number < Number(wanted); number++) {
  try {
    clients.push(await Client.open(url, `/crowd${number % 7}/hibernatable`, { ms: 5_000 }));
  } catch {
    // Whether it is told no or only cut off, a client that is refused comes back with the next one.
    refused++;
  }
}
const answers = await Promise.allSettled(clients.map((client, number) => client.ask(String(number))));
const answered = answers.filter(({ status, value }, number) => status === "fulfilled" && value === String(number)).length;
console.log(JSON.stringify({ opened: clients.length, refused, answered }));
setInterval(() => {}, 60_000);
