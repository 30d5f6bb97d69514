/** The database cannot be reached or ended the connection. The sender should retry with the same uuid. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}
