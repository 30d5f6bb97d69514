import { createServer } from 'node:http';
import { isMainThread } from 'node:worker_threads';

// Loaded into a service before its own code: measures the turns of its event loop in time of the processor, which other
// processes on the machine do not draw out. Whoever asks over the socket hears of the time since the last question.
const EVERY_MS = 5;
let longest = 0;
let total = 0;
let memory = 0;
let last = process.cpuUsage();

function note() {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  longest = Math.max(longest, user + system);
  total += user + system;
  memory = Math.max(memory, process.memoryUsage.rss());
}

if (isMainThread) {
  setInterval(note, EVERY_MS).unref();
  createServer((_, response) => {
    note();
    response.setHeader('connection', 'close').end(JSON.stringify({ longest, total, memory }));
    longest = 0;
    total = 0;
    memory = process.memoryUsage.rss();
  })
    .listen(process.env.TURNS_SOCKET)
    .unref();
}
