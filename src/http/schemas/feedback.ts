import { z } from 'zod';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';
import { detectorName } from './reads.js';

const MOST_CHARACTERS = 16_384;

export const email = field(text(0, MOST_CHARACTERS).nullish(), {
  description:
    'The recipients, separated by semicolons: registered contacts of the detector. By default all of its contacts.',
  example: 'shift@example.org;lead@example.org',
});

export const FeedbackRequest = z
  .object({ email })
  .nullish()
  .meta({ id: 'FeedbackRequest', description: 'The recipients of the heartbeat feedback of a detector.' });

/** The command Get-Feedback as snews_pt sends it. */
export const FeedbackCommand = z.object({ detector_name: detectorName, email });

export interface FeedbackGrantedView {
  readonly id: string;
  readonly detector_name: string;
  readonly recipients: number;
}

export const FeedbackGranted: z.ZodType<FeedbackGrantedView> = z
  .object({
    id: field(z.string(), {
      description: 'The id of the request.',
      example: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11',
    }),
    detector_name: detectorName,
    recipients: field(z.int(), { description: 'The number of recipients.', unit: '1', example: 2 }),
  })
  .meta({ id: 'FeedbackGranted', description: 'A request for heartbeat feedback that was accepted.' });
