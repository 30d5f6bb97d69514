/** How to reach NASA's General Coordinates Network. */
export interface GcnSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Where the client's credentials become a token. With https the brokers are spoken to in TLS too, else not. */
  readonly tokenUrl: URL;
}
