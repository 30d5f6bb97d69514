import { describeTracesOverRest } from '../../support/describe-traces.js';

describeTracesOverRest('reference', 314);
