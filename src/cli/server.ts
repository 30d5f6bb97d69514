import { type Command, InvalidArgumentError, Option } from 'commander';
import { createSnewsClient, type SnewsClient } from '../client/index.js';
import { asSnewsError, type SnewsError } from '../client/snews-error.js';
import type { CommandContext } from './context.js';

/** Options of every command that uses a server. */
export interface ServerOptions {
  readonly url: string;
  readonly key?: string | undefined;
  readonly json?: boolean | undefined;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

export function withServerOptions(command: Command): Command {
  return withJsonOption(
    command
      .addOption(
        new Option('--url <url>', 'the address of the server').env('SNEWS_URL').default(DEFAULT_URL).argParser(readUrl),
      )
      .addOption(
        new Option('--key <key>', 'the API key; in the environment it is hidden from other users').env('SNEWS_KEY'),
      ),
  );
}

export function withJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON');
}

function readUrl(text: string): string {
  // An empty variable counts as not set.
  if (text === '') return DEFAULT_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError(`It must be a URL like ${DEFAULT_URL}.`);
  }
  return text.replace(/\/+$/, '');
}

/** A server and its client. */
export interface ServerConnection {
  readonly url: string;
  readonly key: string | undefined;
  readonly client: SnewsClient;
}

export function connectTo({ url, key }: ServerOptions): ServerConnection {
  const given = key === '' ? undefined : key;
  return { url, key: given, client: createSnewsClient({ baseUrl: url, key: given }) };
}

/** The server of a command's options, which is named in its errors. */
export function connect(context: CommandContext, options: ServerOptions): ServerConnection {
  const server = connectTo(options);
  context.worksWith(server.url, server.key !== undefined);
  return server;
}

export interface ServerAnswer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of an answer.
 * @throws SnewsError if the answer is an error
 */
export function answered<Data>({ data, error, response }: ServerAnswer<Data>): NonNullable<Data> {
  if (data === undefined || data === null) throw asSnewsError(response, error);
  return data;
}

/** One line about a rejected request, with the invalid fields. */
export function rejectionText({ status, message, problem }: SnewsError): string {
  const fields = (problem?.errors ?? []).map((field) => `${field.path}: ${field.message}`);
  const more = fields.filter((field) => !message.includes(field.slice(field.indexOf(' ') + 1)));
  return `${status} ${problem?.title ?? ''}: ${[message, ...more].join(' · ')}`.replace(' :', ':');
}
