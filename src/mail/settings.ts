/** How mail leaves this server. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); else STARTTLS where the server offers it. */
  readonly secure: boolean;
  /** STARTTLS or nothing: a password never travels in clear over a network. */
  readonly requireTls: boolean;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly from: Sender;
}

export interface Sender {
  /** Undefined: the address alone. */
  readonly name: string | undefined;
  readonly address: string;
}
