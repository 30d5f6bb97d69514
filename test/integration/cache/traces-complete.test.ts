import { describeTracesOverRest } from '../../support/describe-traces.js';

describeTracesOverRest('complete', 474);
