/** Where Slack is told, and as whom. */
export interface SlackSettings {
  /** A bot's token, with the scope chat:write. */
  readonly token: string;
  /** A channel's id, or its name. */
  readonly channel: string;
  /** Undefined: Slack's own. */
  readonly apiUrl: string | undefined;
}
