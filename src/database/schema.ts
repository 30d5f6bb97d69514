/** The default schema of the tables. */
export const PUBLIC = 'public';
