import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * The floor of the alert stream: an HTTP server that writes the alert that is posted, with the time at which it does, to
 * all who follow, and does nothing else. Runs in a process of its own.
 */
const followers = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(': it begins\n\n');
    followers.add(response);
    response.on('close', () => followers.delete(response));
    return;
  }
  const alert = (await json(request)) as { sequence: number };
  // As long as the service writes it.
  const sent = { ...alert, sent_time_utc: new Date().toISOString().replace('Z', '000000Z') };
  const bytes = Buffer.from(`id: ${alert.sequence}\nevent: alert\ndata: ${JSON.stringify(sent)}\n\n`);
  for (const follower of followers) follower.write(bytes);
  response.writeHead(201, { 'content-length': 0 }).end();
});

process.once('SIGTERM', () => process.exit());

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
