import { type Command, InvalidArgumentError, Option } from 'commander';
import { createSnewsClient, type SnewsClient } from '../client/index.js';
import { asSnewsError, type SnewsError } from '../client/snews-error.js';
import type { CommandContext } from './context.js';

/** Options of every command that talks to a server. */
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
        new Option('--url <url>', 'where the server is').env('SNEWS_URL').default(DEFAULT_URL).argParser(readUrl),
      )
      .addOption(
        new Option('--key <key>', 'an API key; better in the environment, where other users do not see it').env(
          'SNEWS_KEY',
        ),
      ),
  );
}

export function withJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

function readUrl(text: string): string {
  // An empty variable is none.
  if (text === '') return DEFAULT_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError(`It must be a URL like ${DEFAULT_URL}.`);
  }
  return text.replace(/\/+$/, '');
}

/** A server to talk to. */
export interface ServerConnection {
  readonly url: string;
  readonly key: string | undefined;
  readonly client: SnewsClient;
}

export function connectTo({ url, key }: ServerOptions): ServerConnection {
  const given = key === '' ? undefined : key;
  return { url, key: given, client: createSnewsClient({ baseUrl: url, key: given }) };
}

/** The server that a command's options name; its errors say which. */
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
 * What the server answered.
 * @throws SnewsError if it isn't what was asked for
 */
export function answered<Data>({ data, error, response }: ServerAnswer<Data>): NonNullable<Data> {
  if (data === undefined || data === null) throw asSnewsError(response, error);
  return data;
}

/** One line about what the server refused, with the fields at fault. */
export function refusalText({ status, message, problem }: SnewsError): string {
  const fields = (problem?.errors ?? []).map((field) => `${field.path}: ${field.message}`);
  const more = fields.filter((field) => !message.includes(field.slice(field.indexOf(' ') + 1)));
  return `${status} ${problem?.title ?? ''}: ${[message, ...more].join(' · ')}`.replace(' :', ':');
}
