import { fastify } from 'fastify';
import pg from 'pg';
import { INSERT, row, SOME_CLIENTS } from './plain-insert.js';

/** The floor of REST: a Fastify route that does one plain insert and nothing else. Runs in a process of its own. */
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: SOME_CLIENTS,
  // Between its turns the server has more clients than it allows otherwise.
  idleTimeoutMillis: 1_000,
});
const app = fastify();

app.post<{ Body: { uuid: string; detector_name: string } }>('/observations', async ({ body }, reply) => {
  await pool.query({ ...INSERT, values: row(body) });
  return reply.code(201).send({ uuid: body.uuid });
});

process.once('SIGTERM', async () => {
  await app.close();
  await pool.end();
});

const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening on ${url}\n`);
