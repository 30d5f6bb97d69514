import type { EmailSettings } from './settings.js';

/** RFC 8314: submission over TLS, and with STARTTLS. */
const PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;
/** Hosts of URLs on this machine: connections to them need no TLS. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads `smtp://user:password@host:587` (STARTTLS; with a login, or nothing is sent) or `smtps://…` (TLS from the first
 * byte). Only on this machine may a login go without TLS.
 * @returns undefined for anything else
 */
export function readSmtpUrl(text: string): Omit<EmailSettings, 'from'> | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) return undefined;
  const { hostname, protocol } = url;
  if (hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return undefined;
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (username === undefined || password === undefined || (username === '') !== (password === '')) return undefined;
  const login = username === '' ? undefined : { username, password };
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    secure: protocol === 'smtps:',
    requireTls: protocol === 'smtp:' && login !== undefined && !LOOPBACK.test(hostname),
    login,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
