import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { MailSettings } from '../../src/mail/settings.js';

/** A mail as its recipient's server got it. */
export interface ReceivedMail {
  readonly to: readonly string[];
  readonly mail: ParsedMail;
  readonly raw: string;
}

/** How the server treats a recipient: takes it, or answers with this code. */
export type Reception = (recipient: string) => number | undefined;

export type Mailbox = Awaited<ReturnType<typeof openMailbox>>;

/** A real SMTP server on loopback, and all that it was sent. */
export async function openMailbox() {
  const received: ReceivedMail[] = [];
  let reception: Reception = () => undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, done) {
      const code = reception(address);
      done(code === undefined ? null : Object.assign(new Error(`not <${address}>`), { responseCode: code }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, mail: await simpleParser(raw), raw: raw.toString('latin1') });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const settings: MailSettings = {
    host: '127.0.0.1',
    port,
    secure: false,
    requireTls: false,
    login: undefined,
    from: { name: 'SNEWS', address: 'snews@coincidence.example.org' },
  };
  return {
    settings,
    /** From now on recipients are treated so. */
    receive(next: Reception): void {
      reception = next;
    },
    /** What came since the last time. */
    take: (): ReceivedMail[] => received.splice(0),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
