/** The database can't be reached, or gave up in the middle: the sender should try again with the same uuid. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}
