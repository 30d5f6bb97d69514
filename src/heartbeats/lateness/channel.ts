/** PostgreSQL's notifications tell the replica that mails by it that a mail waits. */
export const MAIL_CHANNEL = 'snews_mail';
