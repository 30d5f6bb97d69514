/** A mail was not taken. */
export class MailError extends Error {
  override readonly name = 'MailError';

  /**
   * @param isPermanent the same again would be refused again
   * @param isOfMail the server answers, and refuses this mail or its recipient: other mails may do better
   */
  constructor(
    message: string,
    readonly isPermanent: boolean,
    readonly isOfMail: boolean,
  ) {
    super(message);
  }
}

/** What nodemailer tells of an error; every property may be missing. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly permanent?: boolean;
  readonly rejectedErrors?: readonly SmtpError[];
}

const ADVICE: Readonly<Record<string, string>> = {
  EAUTH: 'the server refuses the login: check user name and password in SMTP_URL',
  ENOAUTH: 'the server asks for a login: put user name and password into SMTP_URL',
  ETLS: 'no TLS with the server: check the scheme (smtp or smtps) and port in SMTP_URL, and its certificate',
  EDNS: "the server's name in SMTP_URL is not known",
  ESOCKET: 'the server does not answer',
  ECONNECTION: 'the server does not answer, or hung up',
  ETIMEDOUT: 'the server does not answer in time',
  EABORT: 'it took too long',
};

/** Made of the server's answer alone: what nodemailer holds beside it could be a secret. */
export function asMailError(error: unknown): MailError {
  if (!(error instanceof Error)) return new MailError('unknown', false, false);
  const given = error as SmtpError;
  const { code = '' } = given;
  const isOfMail = given.responseCode !== undefined && (code === 'EENVELOPE' || code === 'EMESSAGE');
  // With one recipient there is one rejection, and it says more.
  const { response, permanent, responseCode } = given.rejectedErrors?.[0] ?? given;
  const said = response ?? (responseCode === undefined ? given.message : String(responseCode));
  const advice = ADVICE[code];
  const isPermanent = permanent ?? (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EENVELOPE');
  return new MailError(advice === undefined ? said : `${advice} (${said})`, isPermanent, isOfMail);
}
