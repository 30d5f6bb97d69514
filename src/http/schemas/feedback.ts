import { z } from 'zod';
import { field } from '../../domain/field.js';
import { text } from '../../domain/messages/parts.js';
import { detectorName } from './reads.js';

const MOST_CHARACTERS = 16_384;

export const email = field(text(0, MOST_CHARACTERS).nullish(), {
  description:
    'Registered contacts of the detector that are to get it, separated by semicolons; none: all of its contacts.',
  example: 'shift@example.org;lead@example.org',
});

export const FeedbackRequest = z
  .object({ email })
  .nullish()
  .meta({ id: 'FeedbackRequest', description: 'Who is to get the heartbeat feedback of a detector.' });

/** The message of snews_pt. */
export const FeedbackCommand = z.object({ detector_name: detectorName, email });

export interface FeedbackGrantedView {
  readonly id: string;
  readonly detector_name: string;
  readonly recipients: number;
}

export const FeedbackGranted: z.ZodType<FeedbackGrantedView> = z
  .object({
    id: field(z.string(), {
      description: 'Of this request.',
      example: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11',
    }),
    detector_name: detectorName,
    recipients: field(z.int(), { description: 'How many are mailed.', unit: '1', example: 2 }),
  })
  .meta({ id: 'FeedbackGranted', description: 'Heartbeat feedback that is on its way.' });
