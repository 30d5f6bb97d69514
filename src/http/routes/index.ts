import type { Routes } from '../dependencies.js';
import { accessRoutes } from './access.js';
import { administration } from './administration.js';
import { alertReads } from './alert-reads.js';
import { alertStream } from './alert-stream.js';
import { anyMessage } from './any-message.js';
import { archive } from './archive.js';
import { coincidences } from './coincidences.js';
import { contactRoutes } from './contacts.js';
import { deadLetters } from './dead-letters.js';
import { deliveryRoutes } from './deliveries.js';
import { detectorAdministrationRoutes } from './detector-administration.js';
import { detectors } from './detectors.js';
import { events } from './events.js';
import { feedbackRoutes } from './feedback.js';
import { heartbeats } from './heartbeats.js';
import { keyRoutes } from './keys.js';
import { archivedMessages, coincidenceMessages, connectionTests } from './messages.js';
import { metricsRoute } from './metrics.js';
import { observationRates } from './observation-rates.js';
import { observationReads } from './observation-reads.js';
import { resetReads, resets } from './resets.js';
import { service } from './service.js';
import { shadowRoutes } from './shadow.js';
import { status } from './status.js';

/** The API, resource by resource. */
export const ROUTES: readonly Routes[] = [
  coincidenceMessages,
  archivedMessages,
  connectionTests,
  anyMessage,
  archive,
  coincidences,
  events,
  observationReads,
  alertReads,
  alertStream,
  detectors,
  feedbackRoutes,
  heartbeats,
  keyRoutes,
  contactRoutes,
  detectorAdministrationRoutes,
  administration,
  resetReads,
  resets,
  deadLetters,
  deliveryRoutes,
  observationRates,
  status,
  accessRoutes,
  shadowRoutes,
  service,
  metricsRoute,
];
