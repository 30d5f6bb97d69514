/** The server did not take an e-mail. */
export class EmailError extends Error {
  override readonly name = 'MailError';

  /**
   * @param isPermanent the server would reject the same e-mail again
   * @param isOfMessage the server answers, and rejects this e-mail or its recipient: it may take others
   */
  constructor(
    message: string,
    readonly isPermanent: boolean,
    readonly isOfMessage: boolean,
  ) {
    super(message);
  }
}

/** An error of nodemailer. Every property may be missing. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly permanent?: boolean;
  readonly rejectedErrors?: readonly SmtpError[];
}

const ADVICE: Readonly<Record<string, string>> = {
  EAUTH: 'the server rejects the login: check user name and password in SMTP_URL',
  ENOAUTH: 'the server requires a login: put user name and password into SMTP_URL',
  ETLS: 'no TLS with the server: check the scheme (smtp or smtps) and port in SMTP_URL, and its certificate',
  EDNS: "the server's name in SMTP_URL is not known",
  ESOCKET: 'the server does not answer',
  ECONNECTION: 'the server does not answer, or closed the connection',
  ETIMEDOUT: 'the server does not answer in time',
  EABORT: 'it took too long',
};

/** Only the server's answer is used: other properties of the error could contain a secret. */
export function asEmailError(error: unknown): EmailError {
  if (!(error instanceof Error)) return new EmailError('unknown', false, false);
  const given = error as SmtpError;
  const { code = '' } = given;
  const isOfMail = given.responseCode !== undefined && (code === 'EENVELOPE' || code === 'EMESSAGE');
  // With one recipient there is one rejection, and it says more.
  const { response, permanent, responseCode } = given.rejectedErrors?.[0] ?? given;
  const said = response ?? (responseCode === undefined ? given.message : String(responseCode));
  const advice = ADVICE[code];
  const isPermanent = permanent ?? (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EENVELOPE');
  return new EmailError(advice === undefined ? said : `${advice} (${said})`, isPermanent, isOfMail);
}
