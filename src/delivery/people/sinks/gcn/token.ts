import {
  type AuthorizationServer,
  allowInsecureRequests,
  ClientSecretBasic,
  clientCredentialsGrantRequest,
  processClientCredentialsResponse,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import { DeliveryError } from '../sink.js';
import type { GcnSettings } from './settings.js';

const TIMEOUT_MILLISECONDS = 10_000;
/** A token that expires sooner than this might expire while it is used. */
const LEAST_LEFT_MILLISECONDS = 60_000;

/** Access tokens for GCN's brokers, by the client credentials grant; each is used until it is about to expire. */
export function createTokens({ clientId, clientSecret, tokenUrl }: Omit<GcnSettings, 'brokers' | 'topic'>) {
  const server: AuthorizationServer = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const client = { client_id: clientId };
  let known: { readonly value: string; readonly until: number } | undefined;

  async function grant(): Promise<string> {
    const asked = Date.now();
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      ClientSecretBasic(clientSecret),
      {},
      {
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        [allowInsecureRequests]: tokenUrl.protocol === 'http:',
      },
    );
    const { access_token, expires_in = 0 } = await processClientCredentialsResponse(server, client, response);
    known = { value: access_token, until: asked + expires_in * 1000 - LEAST_LEFT_MILLISECONDS };
    return access_token;
  }

  return {
    /** @throws DeliveryError if none is issued, permanent if the credentials are rejected */
    async current(): Promise<string> {
      if (known !== undefined && Date.now() < known.until) return known.value;
      return grant().catch((error) => {
        throw asDeliveryError(error);
      });
    },
    /** The brokers may have rejected the token: the next one is a new one. */
    forget(): void {
      known = undefined;
    },
  };
}

/** The message contains neither the secret nor anything of the answer but its reason. */
function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    const reason = error instanceof ResponseBodyError ? error.error : 'no login';
    const advice = 'check GCN_CLIENT_ID and GCN_CLIENT_SECRET, and that the client may produce (scope, topic)';
    return new DeliveryError(`GCN gives no token (${error.status} ${reason}): ${advice}`, 'permanent');
  }
  const why = error instanceof Error ? causeOf(error) : 'unknown';
  return new DeliveryError(`GCN gives no token: ${why}`, 'transient');
}

function causeOf({ message, cause }: Error): string {
  if (cause instanceof Response) return `${message} (${cause.status})`;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
