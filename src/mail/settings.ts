/** How this server sends e-mail. */
export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); else STARTTLS where the server offers it. */
  readonly secure: boolean;
  /** Without STARTTLS nothing is sent: a password is never sent in clear over a network. */
  readonly requireTls: boolean;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly from: Sender;
}

export interface Sender {
  /** Undefined: the address alone. */
  readonly name: string | undefined;
  readonly address: string;
}
