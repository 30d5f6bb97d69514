/** Where the tables lie, unless it is said otherwise. */
export const PUBLIC = 'public';
