import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { createMailer } from '../../src/mail/mailer.js';
import { readSmtpUrl } from '../../src/mail/smtp-url.js';
import { forEachTest } from './for-tests.js';

export interface ReceivedMail {
  readonly recipient: string;
  readonly raw: string;
  readonly parsed: ParsedMail;
}

/** What the server does with a mail, after it knows its recipient. */
export type MailBehaviour = 'take' | 'refuse' | 'later' | 'hang' | 'drop-after-data' | 'down';

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/**
 * A real SMTP server on loopback.
 * @param login what it asks for; undefined: nothing
 */
export async function startMailServer(login?: { readonly username: string; readonly password: string }) {
  const mails: ReceivedMail[] = [];
  let behaviour: (recipient: string) => MailBehaviour = () => 'take';
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: login === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    allowInsecureAuth: true,
    hideENHANCEDSTATUSCODES: true,
    onAuth({ username, password }, _session, callback) {
      const isRight = username === login?.username && password === login?.password;
      callback(isRight ? null : new Error(`Invalid login ${username} ${password}`), { user: username });
    },
    onConnect(_session, callback) {
      connections += 1;
      if (behaviour('') === 'down') return callback(Object.assign(new Error('closed today'), { responseCode: 421 }));
      callback();
    },
    onRcptTo({ address }, _session, callback) {
      const code = { refuse: 550, later: 450 }[behaviour(address) as string];
      callback(code === undefined ? null : Object.assign(new Error(`<${address}> not now`), { responseCode: code }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const recipient = session.envelope.rcptTo[0]?.address ?? '';
        const does = behaviour(recipient);
        if (does === 'hang') return;
        const raw = Buffer.concat(chunks);
        mails.push({ recipient, raw: raw.toString(), parsed: await simpleParser(raw) });
        if (does === 'drop-after-data') for (const connection of server.connections) connection._socket.destroy();
        else callback();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const credentials = login === undefined ? '' : `${login.username}:${encodeURIComponent(login.password)}@`;
  return {
    url: `smtp://${credentials}127.0.0.1:${port}`,
    mails,
    connections: () => connections,
    /** From now on. */
    behave(does: MailBehaviour | ((recipient: string) => MailBehaviour)): void {
      behaviour = typeof does === 'string' ? () => does : does;
    },
    async stop(): Promise<void> {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const connection of server.connections) connection._socket.destroy();
      });
    },
  };
}

/** A mailer that sends to the server. */
export function mailerTo({ url }: MailServer, log: Parameters<typeof createMailer>[1]) {
  const settings = readSmtpUrl(url);
  if (settings === undefined) throw new Error(`${url} is no mail server`);
  return createMailer({ ...settings, from: { name: 'SNEWS', address: 'snews@coincidence.example.org' } }, log);
}

export function mailServerForEachTest(...given: Parameters<typeof startMailServer>): MailServer {
  return forEachTest(
    () => startMailServer(...given),
    (server) => server.stop(),
  );
}
