/** The replica that sends e-mails and posts is notified on this channel of PostgreSQL that there may be one to send. */
export const EMAIL_CHANNEL = 'snews_mail';
