/* Made from openapi/openapi.json by openapi/generate-client.ts: don't edit, generate it anew. */

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process there
         * @description Answers as long as the process runs, also without database.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Counters, gauges and histograms in Prometheus' text format; docs/operations.md lists them. Asks for a key of any role, also with PUBLIC_READS, unless PUBLIC_METRICS=true. Answers also while the database is away, without the figures that it alone knows.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description The OpenAPI 3.1 document of this server.
         */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Does the server take messages
         * @description For load balancers: 503 without PostgreSQL. What else is away is listed in `degraded`.
         */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the caller may do
         * @description With or without a key; 401 says that the key does not hold.
         */
        get: operations["getAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What administrators did
         * @description Who, what, when; the newest first. Also as CSV.
         */
        get: operations["listAdminActs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is told by e-mail
         * @description By id. Also as CSV.
         */
        get: operations["listContacts"];
        put?: never;
        /**
         * Add a contact
         * @description Only registered addresses are ever mailed about a detector.
         */
        post: operations["addContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a contact
         * @description For good: name and address are forgotten. The record of acts never held them.
         */
        delete: operations["removeContact"];
        options?: never;
        head?: never;
        /**
         * Change a contact
         * @description What is not named stays. Whose contact it is stays too: remove it and add another.
         */
        patch: operations["changeContact"];
        trace?: never;
    };
    "/v1/admin/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records of Kafka that took no effect
         * @description With the reason; the newest first. Also as CSV.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a dead letter again
         * @description As after a fix: as if the record came now, under its own time and uuid. One that took effect before takes none again.
         */
        post: operations["replayDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts on their ways to people
         * @description By mail, Slack and GCN; the newest first. Also as CSV.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/deliveries/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an alert again
         * @description Makes a delivery due now, for another 24 h. One that was delivered goes out again, with the same ids, to everybody; one that failed, to those who have not got it.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/detectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a detector
         * @description All replicas take its messages at once. It needs a key that names it: POST /v1/admin/keys. It can not be removed.
         */
        post: operations["addDetector"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/detectors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what is said of a detector
         * @description What is not named stays. Its name stays for good: messages and keys refer to it.
         */
        patch: operations["changeDetector"];
        trace?: never;
    };
    "/v1/admin/detectors/{name}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mute a detector
         * @description Its observations are kept and marked, but stay out of the tables until it is unmuted.
         */
        post: operations["muteDetector"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/detectors/{name}/unmute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unmute a detector
         * @description Its observations come back into the tables, in the order in which they were received.
         */
        post: operations["unmuteDetector"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys there are
         * @description By id, revoked ones too. Also as CSV.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description The answer shows the key this once: only its SHA-256 is stored.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description For good. Here it holds at once, on other replicas within seconds. To revoke it again changes nothing.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a cache
         * @description Forgets all observations of a cache; no alert is sent. Numbers of sub-groups start again at 0. It can be undone for 24 h. Administrators are told of a reset of the live cache.
         */
        post: operations["resetCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Resets of the caches
         * @description Over REST and Kafka alike; the newest first. Also as CSV.
         */
        get: operations["listResets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/resets/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a reset
         * @description Within 24 h of a reset, brings back the observations that it dropped, in order of reception and with the alerts of observations: not those that have expired, or were retracted since; those of muted detectors as muted. To undo it twice changes nothing. Many observations come back in portions: while `undo.done_at` is null the rest is under way, and goes on by itself.
         */
        post: operations["undoReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts of a cache
         * @description In the order in which they were sent. Also as CSV, without payload; lists stand in one cell, with semicolons between. Those of the live cache are open to all.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts as they come
         * @description Server-sent events: `id` is the sequence, `event` is `alert`, `data` the alert as JSON (without deliveries). After a break Last-Event-ID goes on without loss or doubles. A comment every 15 s shows that the stream lives. Readers with more than 1 MiB unread are dropped and may come back. Without a key an address may hold STREAMS_PER_ADDRESS streams at once, a key STREAMS_PER_KEY: more are answered 429. Streams of the live cache are open to all.
         */
        get: operations["streamAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One alert
         * @description Those of the live cache are open to all.
         */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/coincidences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All coincidence tables of a cache
         * @description The tables of one moment, by ascending number; with `limit` page by page, of which each is of the moment that its version says. As CSV one line per row. The ETag changes with the version: ask with If-None-Match and poll cheaply. Whoever takes longer than 5 min for all of them, or stops reading for 30 s, is cut off: read pages then.
         */
        get: operations["getCoincidences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/coincidences/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One coincidence table
         * @description An open sub-group, by its number.
         */
        get: operations["getCoincidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connection-tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test the connection
         * @description Sends the message back with `meta.status` = "received". Nothing is kept.
         */
        post: operations["testConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The detectors that take part
         * @description By name. Also as CSV.
         */
        get: operations["listDetectors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One detector
         * @description Who it is, and what its heartbeats say.
         */
        get: operations["getDetector"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors/{name}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail the heartbeats' feedback
         * @description The last 24 h of a detector as text and picture, to registered contacts of it and nobody else; at most once a minute. Asks for a key of the detector.
         */
        post: operations["requestFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors/{name}/heartbeats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Heartbeats of a detector
         * @description The newest first; its live observations are heartbeats too. Also as CSV.
         */
        get: operations["listHeartbeats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors/{name}/heartbeats.png": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Heartbeats of a detector as a picture (PNG)
         * @description Intervals with their mean, ±1σ and ±3σ, and latencies, in seconds over time. Of very many heartbeats the extremes are drawn; the picture says so.
         */
        get: operations["drawHeartbeatsAsPng"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/detectors/{name}/heartbeats.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Heartbeats of a detector as a picture (SVG)
         * @description Intervals with their mean, ±1σ and ±3σ, and latencies, in seconds over time. Of very many heartbeats the extremes are drawn; the picture says so.
         */
        get: operations["drawHeartbeats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Astrophysical candidates of a cache
         * @description By the day of the first neutrino time, then by count. Also as CSV.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One astrophysical candidate
         * @description With its alerts in order, its tables (the open ones and those that closed), and the best of them.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/heartbeats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a heartbeat
         * @description A detector says that it is there, and whether it takes data.
         */
        post: operations["postHeartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message of any kind
         * @description Takes a message just as the clients of the collaboration build it, also older ones, and answers as the route of its kind does. Commands (`0_hard-reset`, `0_test-connection`, `0_Get-Feedback`) need an admin key, whatever their `pass` says.
         */
        post: operations["postMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/observation-rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many observations came, and when
         * @description Accepted observations per detector and hour or day of receipt, over the last 7 days or as asked; 35 days are kept. Also as CSV, a line per detector and interval.
         */
        get: operations["getObservationRates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/observations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Observations of a cache
         * @description In the order in which they were received. Also as CSV.
         */
        get: operations["listObservations"];
        put?: never;
        /**
         * Send an observation
         * @description A CoincidenceTier message. Answers after the commit, with the tables it stands in and the alerts it caused.
         */
        post: operations["postObservation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/observations/{uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One observation
         * @description Whatever its cache and its state.
         */
        get: operations["getObservation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/retractions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw observations
         * @description One observation by its uuid, also before it has come, or the latest of the detector.
         */
        post: operations["postRetraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How another engine compares
         * @description The engine `SHADOW_ENGINE` gets the same messages, sends nothing, and is compared command by command.
         */
        get: operations["getShadow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shadow/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the alerts differ
         * @description Commands after which the shadow engine would have alerted otherwise; the newest first. Also as CSV.
         */
        get: operations["listShadowDifferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/significance-series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The significance series that came
         * @description SignificanceTier messages as they came, the newest first. Also as CSV.
         */
        get: operations["listSignificanceSeries"];
        put?: never;
        /**
         * Send a significance series
         * @description A SignificanceTier message: p-values bin by bin. It is archived.
         */
        post: operations["postSignificanceSeries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A cache and the service at a glance
         * @description For screens: engine, last message, undelivered alerts, Kafka. Cheap enough to ask every second.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/timing-series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The timing series that came
         * @description TimingTier messages as they came, the newest first. Also as CSV.
         */
        get: operations["listTimingSeries"];
        put?: never;
        /**
         * Send a timing series
         * @description A TimingTier message: the light curve of a burst. It is archived.
         */
        post: operations["postTimingSeries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What the caller may do. */
        Access: {
            /**
             * @description Of the key that came along; null: none did.
             * @example reader
             */
            role: ("detector" | "reader" | "admin") | null;
            /**
             * @description Names that key; null: none came.
             * @example 4fz81qk0
             */
            key_id: string | null;
            /**
             * @description The detectors that the key may send for; none for other roles than `detector`.
             * @example []
             */
            detectors: string[];
            /**
             * @description Whether the caller may read more than the alerts of the live cache.
             * @example true
             */
            reads: boolean;
        };
        /** @description Who did what, and when. */
        AdminAct: {
            /**
             * @description Counts up, with gaps.
             * @example 7
             */
            id: number;
            /**
             * Format: date-time
             * @description When it was done. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            time_utc: string;
            /**
             * @description The id of the key that did it.
             * @example configured
             */
            actor: string;
            /**
             * @description What was done.
             * @example cache:reset
             */
            act: string;
            /**
             * @description To what, and why.
             * @example {
             *       "cache": "test",
             *       "reason": "end of the drill"
             *     }
             */
            detail: unknown;
        };
        /** @description One page: Acts of administrators, the newest first. */
        AdminActPage: {
            /**
             * @description Acts of administrators, the newest first.
             * @example [
             *       {
             *         "id": 7,
             *         "time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "actor": "configured",
             *         "act": "cache:reset",
             *         "detail": {
             *           "cache": "test",
             *           "reason": "end of the drill"
             *         }
             *       }
             *     ]
             */
            items: components["schemas"]["AdminAct"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description What the world is told of a coincidence. */
        Alert: {
            /**
             * Format: uuid
             * @description Identity of the alert; the same history gives the same ids.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            id: string;
            /**
             * @description Counts the alerts of a cache without gaps, never restarts.
             * @example 12
             */
            sequence: number;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description A new or earlier coincidence (COINC_MSG_STAGGERED), one more detector (COINC_MSG), other change.
             * @example COINC_MSG
             * @enum {string}
             */
            alert_type: "COINC_MSG" | "COINC_MSG_STAGGERED" | "UPDATE" | "RETRACTION";
            /**
             * @description Number of the sub-group, "sub list number" in the collaboration's alerts. From 0 after each reset.
             * @example 0
             */
            sub_group: number;
            /**
             * @description The astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), day of the first neutrino, count.
             * @example SN-20300101-1
             */
            event_id: string;
            /**
             * @description True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).
             * @example false
             */
            pre_sn: boolean;
            /**
             * @description The detectors, in table order.
             * @example [
             *       "Super-K",
             *       "XENONnT"
             *     ]
             */
            detector_names: string[];
            /**
             * @description Their neutrino times, nine decimals.
             * @example [
             *       "2030-01-01T12:34:45.678999123Z",
             *       "2030-01-01T12:34:49.600000000Z"
             *     ]
             */
            neutrino_times: string[];
            /**
             * @description Their p-values; null where none was given.
             * @example [
             *       0.07,
             *       null
             *     ]
             */
            p_values: (number | null)[];
            /**
             * @description Mean of the p-values that are given; null if none is.
             * @example 0.235
             */
            p_values_average: number | null;
            /**
             * @description How often chance alone makes this; null in the test cache and for fewer than two rows.
             * @example {
             *       "rate_hz": 7.93e-10,
             *       "mean_years_between": 39.97,
             *       "online_detectors": 8,
             *       "coincident_detectors": 2,
             *       "measured": {
             *         "rate_hz": 1.52e-9,
             *         "mean_years_between": 20.85,
             *         "detectors_measured": 6,
             *         "detectors_assumed": 2,
             *         "days": 30
             *       }
             *     }
             */
            false_alarm: components["schemas"]["FalseAlarm"] | null;
            /**
             * @description Which server sent it.
             * @example snews-coincidence
             */
            server_tag: string;
            /**
             * Format: date-time
             * @description When the alert was decided; rises within a cache. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            sent_time_utc: string;
            /**
             * @description The alert in the collaboration's format, as on Kafka.
             * @example {
             *       "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *       "alert_type": "COINC_MSG",
             *       "sub list number": 0
             *     }
             */
            payload: unknown;
        };
        /** @description One page: Alerts in the order sent. */
        AlertPage: {
            /**
             * @description Alerts in the order sent.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "sequence": 12,
             *         "cache": "live",
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "detector_names": [
             *           "Super-K",
             *           "XENONnT"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "server_tag": "snews-coincidence",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "payload": {
             *           "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *           "alert_type": "COINC_MSG",
             *           "sub list number": 0
             *         },
             *         "deliveries": [
             *           {
             *             "id": 42,
             *             "sink": "email",
             *             "tries": 1,
             *             "state": "delivered",
             *             "last_error": "Slack: rate limited for 30 s",
             *             "next_try_at": "2030-01-01T12:34:45.678999123Z",
             *             "delivered_at": "2030-01-01T12:34:45.678999123Z"
             *           }
             *         ]
             *       }
             *     ]
             */
            items: components["schemas"]["AlertWithDeliveries"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description What the world is told of a coincidence, and how that was delivered. */
        AlertWithDeliveries: {
            /**
             * Format: uuid
             * @description Identity of the alert; the same history gives the same ids.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            id: string;
            /**
             * @description Counts the alerts of a cache without gaps, never restarts.
             * @example 12
             */
            sequence: number;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description A new or earlier coincidence (COINC_MSG_STAGGERED), one more detector (COINC_MSG), other change.
             * @example COINC_MSG
             * @enum {string}
             */
            alert_type: "COINC_MSG" | "COINC_MSG_STAGGERED" | "UPDATE" | "RETRACTION";
            /**
             * @description Number of the sub-group, "sub list number" in the collaboration's alerts. From 0 after each reset.
             * @example 0
             */
            sub_group: number;
            /**
             * @description The astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), day of the first neutrino, count.
             * @example SN-20300101-1
             */
            event_id: string;
            /**
             * @description True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).
             * @example false
             */
            pre_sn: boolean;
            /**
             * @description The detectors, in table order.
             * @example [
             *       "Super-K",
             *       "XENONnT"
             *     ]
             */
            detector_names: string[];
            /**
             * @description Their neutrino times, nine decimals.
             * @example [
             *       "2030-01-01T12:34:45.678999123Z",
             *       "2030-01-01T12:34:49.600000000Z"
             *     ]
             */
            neutrino_times: string[];
            /**
             * @description Their p-values; null where none was given.
             * @example [
             *       0.07,
             *       null
             *     ]
             */
            p_values: (number | null)[];
            /**
             * @description Mean of the p-values that are given; null if none is.
             * @example 0.235
             */
            p_values_average: number | null;
            /**
             * @description How often chance alone makes this; null in the test cache and for fewer than two rows.
             * @example {
             *       "rate_hz": 7.93e-10,
             *       "mean_years_between": 39.97,
             *       "online_detectors": 8,
             *       "coincident_detectors": 2,
             *       "measured": {
             *         "rate_hz": 1.52e-9,
             *         "mean_years_between": 20.85,
             *         "detectors_measured": 6,
             *         "detectors_assumed": 2,
             *         "days": 30
             *       }
             *     }
             */
            false_alarm: components["schemas"]["FalseAlarm"] | null;
            /**
             * @description Which server sent it.
             * @example snews-coincidence
             */
            server_tag: string;
            /**
             * Format: date-time
             * @description When the alert was decided; rises within a cache. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            sent_time_utc: string;
            /**
             * @description The alert in the collaboration's format, as on Kafka.
             * @example {
             *       "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *       "alert_type": "COINC_MSG",
             *       "sub list number": 0
             *     }
             */
            payload: unknown;
            /**
             * @description How it reached each destination; left out without a key. The alert stream is none: its readers resume.
             * @example [
             *       {
             *         "id": 42,
             *         "sink": "email",
             *         "tries": 1,
             *         "state": "delivered",
             *         "last_error": "Slack: rate limited for 30 s",
             *         "next_try_at": "2030-01-01T12:34:45.678999123Z",
             *         "delivered_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            deliveries?: components["schemas"]["Delivery"][];
        };
        /** @description The message is kept. */
        Archived: {
            /**
             * @description True if this uuid was known: the alerts are the first time's, the tables today's.
             * @example false
             */
            duplicate: boolean;
            /**
             * Format: uuid
             * @description Identity of the message.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid: string;
        };
        /** @description A timing or significance series, as it is kept. */
        ArchivedMessage: {
            /**
             * Format: uuid
             * @description Identity of the message.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * Format: date-time
             * @description When the server received it. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description The message as it came.
             * @example {
             *       "tier": "TimingTier",
             *       "detector_name": "JUNO",
             *       "timing_series": [
             *         0,
             *         1500,
             *         2000000
             *       ]
             *     }
             */
            message: unknown;
        };
        /** @description One page: Messages, the newest first. */
        ArchivedMessagePage: {
            /**
             * @description Messages, the newest first.
             * @example [
             *       {
             *         "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "cache": "live",
             *         "detector_name": "Super-K",
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "message": {
             *           "tier": "TimingTier",
             *           "detector_name": "JUNO",
             *           "timing_series": [
             *             0,
             *             1500,
             *             2000000
             *           ]
             *         }
             *       }
             *     ]
             */
            items: components["schemas"]["ArchivedMessage"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description A detector reports an observation. */
        CoincidenceTier: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.
             * @example Super-K_CoincidenceTier_None
             */
            id?: string | null;
            /**
             * @description Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid?: string | null;
            /**
             * @description Time of the detector's clock when the message was created.
             * @example 2030-01-01T12:34:50.000000000Z
             */
            machine_time_utc?: string | null;
            /**
             * @description When the client sent the message.
             * @example 2030-01-01T12:34:51.628349000Z
             */
            sent_time_utc?: string | null;
            /**
             * @description The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.
             * @example true
             */
            is_test?: boolean | null;
            /**
             * @description The message is a fire drill: it goes to the cache `firedrill`.
             * @example false
             */
            is_firedrill?: boolean | null;
            /**
             * @description The observation is of pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn?: boolean | null;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Version of the message format.
             * @example 0.2
             */
            schema_version?: string | null;
            /**
             * @description If given, it must be `CoincidenceTier`.
             * @example CoincidenceTier
             */
            tier?: "CoincidenceTier" | null;
            /**
             * @description Time of the first neutrino, with up to nine decimals. A blank may replace the T. A zone is Z or an offset; without one the time is UTC. 23:59:60 is valid on days with a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            neutrino_time_utc: string;
            /**
             * @description Probability that background alone produces such a signal.
             * @example 0.07
             */
            p_val?: number | null;
        };
        /** @description The tables of a cache at one moment. */
        Coincidences: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description How coincidences are found: `complete`, or `reference` as snews_cs does.
             * @example complete
             * @enum {string}
             */
            engine: "complete" | "reference";
            /**
             * @description Rises with every change of the tables.
             * @example 17
             */
            version: number;
            /**
             * Format: date-time
             * @description When the tables last changed. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            as_of: string;
            /**
             * @description The tables, by ascending number.
             * @example [
             *       {
             *         "number": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "rows": [
             *           {
             *             "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *             "id": "Super-K_CoincidenceTier_None",
             *             "detector_name": "Super-K",
             *             "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "neutrino_time_delta": 3.931,
             *             "p_val": 0.07,
             *             "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "meta": {
             *               "run": 42
             *             }
             *           }
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "updated_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            sub_groups: components["schemas"]["Table"][];
            /**
             * @description With `limit`: the cursor of the next page; null on the last.
             * @example WzQyXQ
             */
            next_cursor?: string | null;
        };
        /** @description A connection test: the server sends the message back. */
        ConnectionTest: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
        } & {
            [key: string]: unknown;
        };
        /** @description Somebody who is told things by e-mail. */
        Contact: {
            /**
             * @description Counts up, with gaps.
             * @example 3
             */
            id: number;
            /**
             * @description The detector whose contact it is; null: of no single one.
             * @example Super-K
             */
            detector_name: string | null;
            /**
             * @description Who it is.
             * @example Super-K shift
             */
            name: string;
            /**
             * @description Its domain in lower case.
             * @example shift@example.org
             */
            email: string;
            /**
             * @description Gets live alerts.
             * @example true
             */
            wants_alerts: boolean;
            /**
             * @description Is warned when the detector is late or too few are on, and told when that is over.
             * @example true
             */
            wants_warnings: boolean;
            /**
             * Format: date-time
             * @description When it was added. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * @description The id of the key that added it.
             * @example configured
             */
            created_by: string;
        };
        /** @description What is to be changed; the rest stays. */
        ContactChange: {
            /**
             * @description Who it is.
             * @example Super-K shift
             */
            name?: string;
            /**
             * Format: email
             * @description One bare e-mail address; once with each detector.
             * @example shift@example.org
             */
            email?: string;
            /**
             * @description Gets live alerts.
             * @example true
             */
            wants_alerts?: boolean;
            /**
             * @description Is warned when the detector is late or too few are on, and told when that is over.
             * @example true
             */
            wants_warnings?: boolean;
        };
        /** @description One page: Contacts by id. */
        ContactPage: {
            /**
             * @description Contacts by id.
             * @example [
             *       {
             *         "id": 3,
             *         "detector_name": "Super-K",
             *         "name": "Super-K shift",
             *         "email": "shift@example.org",
             *         "wants_alerts": true,
             *         "wants_warnings": true,
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "created_by": "configured"
             *       }
             *     ]
             */
            items: components["schemas"]["Contact"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description Somebody who is to be told things by e-mail. */
        ContactRequest: {
            /**
             * @description The detector whose contact it is; null: of no single one.
             * @example Super-K
             */
            detector_name?: string | null;
            /**
             * @description Who it is.
             * @example Super-K shift
             */
            name: string;
            /**
             * Format: email
             * @description One bare e-mail address; once with each detector.
             * @example shift@example.org
             */
            email: string;
            /**
             * @description Gets live alerts; not, unless it is said.
             * @example true
             */
            wants_alerts?: boolean | null;
            /**
             * @description Is warned when the detector is late or too few are on; unless it is said, a detector's contact is, another isn't.
             * @example true
             */
            wants_warnings?: boolean | null;
        };
        /** @description A record of Kafka that took no effect. */
        DeadLetter: {
            /**
             * @description Its number.
             * @example 17
             */
            id: number;
            /**
             * @description Where it came.
             * @example snews.experiments-test
             */
            topic: string;
            /**
             * @description Partition of the topic.
             * @example 0
             */
            partition: number;
            /**
             * @description Place in the partition.
             * @example 4711
             */
            offset: number;
            /**
             * Format: date-time
             * @description When the record was written, by its own timestamp. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description malformed, refused, empty, unknown format; invalid, unknown command, forbidden; conflict, unprocessable, quota, not-found; or fault, which is the server’s own.
             * @example malformed
             */
            reason: string;
            /**
             * @description What is wrong with it.
             * @example A message is a JSON object.
             */
            detail: string;
            /**
             * @description The first 300 bytes of its value as text, passwords masked.
             * @example {"detector_name": "Super-K"
             */
            excerpt: string;
            /**
             * Format: date-time
             * @description When the server put it aside. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * @description When it took effect after all. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            replayed_at: string | null;
        };
        /** @description One page: Records of Kafka that took no effect. */
        DeadLetterPage: {
            /**
             * @description Records of Kafka that took no effect.
             * @example [
             *       {
             *         "id": 17,
             *         "topic": "snews.experiments-test",
             *         "partition": 0,
             *         "offset": 4711,
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "reason": "malformed",
             *         "detail": "A message is a JSON object.",
             *         "excerpt": "{\"detector_name\": \"Super-K\"",
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "replayed_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            items: components["schemas"]["DeadLetter"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description How an alert fared on its way to one destination. */
        Delivery: {
            /**
             * @description Its number; null for Kafka, which keeps no record of each.
             * @example 42
             */
            id: number | null;
            /**
             * @description Where the alert goes.
             * @example email
             * @enum {string}
             */
            sink: "kafka" | "email" | "slack" | "gcn";
            /**
             * @description How often it was tried, since it was last made due by hand. Null for Kafka.
             * @example 1
             */
            tries: number | null;
            /**
             * @description `waiting` for its next try; `sending`: a try is under way; `delivered`; `failed`: not delivered within 24 h.
             * @example delivered
             * @enum {string}
             */
            state: "waiting" | "sending" | "delivered" | "failed";
            /**
             * @description What the other side, or the way to it, last had against it; null: nothing yet.
             * @example Slack: rate limited for 30 s
             */
            last_error: string | null;
            /**
             * @description When it is tried next; null unless it waits. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            next_try_at: string | null;
            /**
             * @description When the other side had taken it; null before. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            delivered_at: string | null;
        };
        /** @description One page: Deliveries, the newest first. */
        DeliveryPage: {
            /**
             * @description Deliveries, the newest first.
             * @example [
             *       {
             *         "id": 42,
             *         "sink": "email",
             *         "alert_id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "event_id": "SN-20300101-1",
             *         "tries": 1,
             *         "state": "delivered",
             *         "last_error": "Slack: rate limited for 30 s",
             *         "next_try_at": "2030-01-01T12:34:45.678999123Z",
             *         "delivered_at": "2030-01-01T12:34:45.678999123Z",
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "gives_up_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            items: components["schemas"]["DeliveryRecord"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description One alert on its way to one sink. */
        DeliveryRecord: {
            /**
             * @description Its number.
             * @example 42
             */
            id: number;
            /**
             * @description Where the alert goes.
             * @example email
             * @enum {string}
             */
            sink: "email" | "slack" | "gcn";
            /**
             * Format: uuid
             * @description The alert.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            alert_id: string;
            /**
             * @description An astrophysical candidate, by its id.
             * @example SN-20300101-1
             */
            event_id: string;
            /**
             * @description How often it was tried, since it was last made due by hand.
             * @example 1
             */
            tries: number;
            /**
             * @description `waiting` for its next try; `sending`: a try is under way; `delivered`; `failed`: not delivered within 24 h.
             * @example delivered
             * @enum {string}
             */
            state: "waiting" | "sending" | "delivered" | "failed";
            /**
             * @description What the other side, or the way to it, last had against it; null: nothing yet.
             * @example Slack: rate limited for 30 s
             */
            last_error: string | null;
            /**
             * @description When it is tried next; null unless it waits. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            next_try_at: string | null;
            /**
             * @description When the other side had taken it; null before. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @description When it was written down. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it fails, unless it is delivered by then. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            gives_up_at: string;
        };
        /** @description A neutrino detector that takes part. */
        Detector: {
            /**
             * @description The name by which it sends.
             * @example Super-K
             */
            name: string;
            /**
             * @description Its number in the collaboration.
             * @example 1
             */
            id: number;
            /**
             * @description Its name in full.
             * @example Super-Kamiokande
             */
            full_name: string;
            /**
             * @description How it detects neutrinos.
             * @example water Cherenkov
             */
            type: string;
            /**
             * @description Where it stands.
             * @example Hida, Japan
             */
            site: string;
            /**
             * @description North positive.
             * @example 36.43
             */
            latitude: number;
            /**
             * @description East positive.
             * @example 137.31
             */
            longitude: number;
            /**
             * @description When a message of it last came in, of any kind, within a minute; null if none has. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            last_message_at: string | null;
            /**
             * @description Its latest heartbeat; an observation in the live cache counts as one that says ON. Null if none is known.
             * @example {
             *       "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *       "detector_status": "ON",
             *       "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *       "latency_s": 0.214
             *     }
             */
            last_heartbeat: components["schemas"]["LastHeartbeat"] | null;
            /**
             * @description Between its heartbeats in the 24 h before the last one; null with fewer than 5 of them.
             * @example {
             *       "mean_s": 60.012,
             *       "sigma_s": 1.73
             *     }
             */
            usual_interval: components["schemas"]["UsualInterval"] | null;
            /**
             * @description Mean + 3 σ (σ of at least 1 s) after its last heartbeat: from then on it is late. Null if none is expected. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            heartbeat_expected_by: string | null;
            /**
             * @description What its heartbeats say: `ON` or `OFF`, its last word; `OFF` too if that is more than 24 h old; `LATE`: `ON`, but the next one is overdue; `UNKNOWN`: none is known.
             * @example ON
             * @enum {string}
             */
            status: "ON" | "OFF" | "LATE" | "UNKNOWN";
        };
        /** @description What is to be changed; the rest stays. */
        DetectorChange: {
            /**
             * @description Its number in the collaboration; no other has it.
             * @example 23
             */
            id?: number;
            /**
             * @description Its name in full.
             * @example Super-Kamiokande
             */
            full_name?: string;
            /**
             * @description How it detects neutrinos.
             * @example water Cherenkov
             */
            type?: string;
            /**
             * @description Where it stands.
             * @example Hida, Japan
             */
            site?: string;
            /**
             * @description North positive.
             * @example 36.43
             */
            latitude?: number;
            /**
             * @description East positive.
             * @example 137.31
             */
            longitude?: number;
        };
        /** @description One page: Detectors by name. */
        DetectorPage: {
            /**
             * @description Detectors by name.
             * @example [
             *       {
             *         "name": "Super-K",
             *         "id": 1,
             *         "full_name": "Super-Kamiokande",
             *         "type": "water Cherenkov",
             *         "site": "Hida, Japan",
             *         "latitude": 36.43,
             *         "longitude": 137.31,
             *         "last_message_at": "2030-01-01T12:34:45.678999123Z",
             *         "last_heartbeat": {
             *           "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *           "detector_status": "ON",
             *           "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *           "latency_s": 0.214
             *         },
             *         "usual_interval": {
             *           "mean_s": 60.012,
             *           "sigma_s": 1.73
             *         },
             *         "heartbeat_expected_by": "2030-01-01T12:34:45.678999123Z",
             *         "status": "ON"
             *       }
             *     ]
             */
            items: components["schemas"]["Detector"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description How many observations of a detector came, and when. */
        DetectorRate: {
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description Accepted observations in each interval, by the time of receipt; in the order of `times`.
             * @example [
             *       0,
             *       2,
             *       1
             *     ]
             */
            observations: number[];
        };
        /** @description A detector that is to take part. */
        DetectorRequest: {
            /**
             * @description The name by which it sends: 1 to 64 printable ASCII characters. It is for good.
             * @example Hyper-K
             */
            name: string;
            /**
             * @description Its number in the collaboration; no other has it.
             * @example 23
             */
            id: number;
            /**
             * @description Its name in full.
             * @example Super-Kamiokande
             */
            full_name: string;
            /**
             * @description How it detects neutrinos.
             * @example water Cherenkov
             */
            type: string;
            /**
             * @description Where it stands.
             * @example Hida, Japan
             */
            site: string;
            /**
             * @description North positive.
             * @example 36.43
             */
            latitude: number;
            /**
             * @description East positive.
             * @example 137.31
             */
            longitude: number;
        };
        /** @description One astrophysical candidate with its tables and alerts. */
        Event: {
            /**
             * @description The astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), day of the first neutrino, count.
             * @example SN-20300101-1
             */
            id: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description `open`; `retracted`: its last table fell below two rows by a retraction; `closed`: by expiry or reset.
             * @example open
             * @enum {string}
             */
            state: "open" | "retracted" | "closed";
            /**
             * @description True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).
             * @example false
             */
            pre_sn: boolean;
            /**
             * Format: date-time
             * @description When it came to be. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it last changed. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            updated_at: string;
            /**
             * @description Events that share observations with this one.
             * @example [
             *       "SN-20300101-2"
             *     ]
             */
            related_events: string[];
            /**
             * @description The table with most rows, then the lowest number; null: none.
             * @example {
             *       "number": 0,
             *       "event_id": "SN-20300101-1",
             *       "pre_sn": false,
             *       "rows": [
             *         {
             *           "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *           "id": "Super-K_CoincidenceTier_None",
             *           "detector_name": "Super-K",
             *           "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *           "neutrino_time_delta": 3.931,
             *           "p_val": 0.07,
             *           "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *           "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *           "meta": {
             *             "run": 42
             *           }
             *         }
             *       ],
             *       "p_values_average": 0.235,
             *       "false_alarm": {
             *         "rate_hz": 7.93e-10,
             *         "mean_years_between": 39.97,
             *         "online_detectors": 8,
             *         "coincident_detectors": 2,
             *         "measured": {
             *           "rate_hz": 1.52e-9,
             *           "mean_years_between": 20.85,
             *           "detectors_measured": 6,
             *           "detectors_assumed": 2,
             *           "days": 30
             *         }
             *       },
             *       "created_at": "2030-01-01T12:34:45.678999123Z",
             *       "updated_at": "2030-01-01T12:34:45.678999123Z"
             *     }
             */
            best_table: components["schemas"]["Table"] | null;
            /**
             * @description Its tables, by ascending number.
             * @example [
             *       {
             *         "number": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "rows": [
             *           {
             *             "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *             "id": "Super-K_CoincidenceTier_None",
             *             "detector_name": "Super-K",
             *             "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "neutrino_time_delta": 3.931,
             *             "p_val": 0.07,
             *             "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "meta": {
             *               "run": 42
             *             }
             *           }
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "updated_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            sub_groups: components["schemas"]["Table"][];
            /**
             * @description Its alerts, in the order in which they were sent.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "sequence": 12,
             *         "cache": "live",
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "detector_names": [
             *           "Super-K",
             *           "XENONnT"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "server_tag": "snews-coincidence",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "payload": {
             *           "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *           "alert_type": "COINC_MSG",
             *           "sub list number": 0
             *         }
             *       }
             *     ]
             */
            alerts: components["schemas"]["Alert"][];
        };
        /** @description One page: Astrophysical candidates. */
        EventPage: {
            /**
             * @description Astrophysical candidates.
             * @example [
             *       {
             *         "id": "SN-20300101-1",
             *         "cache": "live",
             *         "state": "open",
             *         "pre_sn": false,
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "updated_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            items: components["schemas"]["EventSummary"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description One astrophysical candidate. */
        EventSummary: {
            /**
             * @description The astrophysical candidate: `SN-` (fire drill `DRILL-`, test `TEST-`), day of the first neutrino, count.
             * @example SN-20300101-1
             */
            id: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description `open`; `retracted`: its last table fell below two rows by a retraction; `closed`: by expiry or reset.
             * @example open
             * @enum {string}
             */
            state: "open" | "retracted" | "closed";
            /**
             * @description True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).
             * @example false
             */
            pre_sn: boolean;
            /**
             * Format: date-time
             * @description When it came to be. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it last changed. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            updated_at: string;
        };
        /** @description How often chance alone makes such a coincidence, if each detector triggers falsely once a week. */
        FalseAlarm: {
            /**
             * @description How often chance alone makes such a coincidence.
             * @example 7.93e-10
             */
            rate_hz: number;
            /**
             * @description Mean time between two such coincidences by chance.
             * @example 39.97
             */
            mean_years_between: number;
            /**
             * @description Detectors that were online.
             * @example 8
             */
            online_detectors: number;
            /**
             * @description Detectors in the table.
             * @example 2
             */
            coincident_detectors: number;
            /**
             * @description The same with measured rates; null if they were not known when the rows changed.
             * @example {
             *       "rate_hz": 1.52e-9,
             *       "mean_years_between": 20.85,
             *       "detectors_measured": 6,
             *       "detectors_assumed": 2,
             *       "days": 30
             *     }
             */
            measured: components["schemas"]["MeasuredFalseAlarm"] | null;
        };
        /** @description Heartbeat feedback that is on its way. */
        FeedbackGranted: {
            /**
             * @description Of this request.
             * @example 5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11
             */
            id: string;
            /**
             * @description A detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description How many are mailed.
             * @example 2
             */
            recipients: number;
        };
        /** @description Who is to get the heartbeat feedback of a detector. */
        FeedbackRequest: {
            /**
             * @description Registered contacts of the detector that are to get it, separated by semicolons; none: all of its contacts.
             * @example shift@example.org;lead@example.org
             */
            email?: string | null;
        } | null;
        /** @description The process answers. */
        Health: {
            /**
             * @description The process answers.
             * @example ok
             * @constant
             */
            status: "ok";
        };
        /** @description A heartbeat of a detector. */
        HeartbeatEntry: {
            /**
             * Format: uuid
             * @description Identity of the message.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `CoincidenceTier`: an observation, which counts as a heartbeat that says ON.
             * @example Heartbeat
             * @enum {string}
             */
            tier: "Heartbeat" | "CoincidenceTier";
            /**
             * @description Whether the detector took data.
             * @example ON
             * @enum {string}
             */
            detector_status: "ON" | "OFF";
            /**
             * @description The detector's clock when it made the message. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            machine_time_utc: string | null;
            /**
             * @description When the client sent it. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            sent_time_utc: string | null;
            /**
             * Format: date-time
             * @description When the server received it. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description From sent to received; negative where the detector's clock runs ahead. Null without a time of sending.
             * @example 0.214
             */
            latency_s: number | null;
            /**
             * @description Since the detector's heartbeat before, by time of receipt. Null if none is known, and outside `live`.
             * @example 60.02
             */
            interval_s: number | null;
        };
        /** @description A detector reports that it is running, and whether it takes data. */
        Heartbeat: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.
             * @example Super-K_CoincidenceTier_None
             */
            id?: string | null;
            /**
             * @description Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid?: string | null;
            /**
             * @description Time of the detector's clock when the message was created.
             * @example 2030-01-01T12:34:50.000000000Z
             */
            machine_time_utc?: string | null;
            /**
             * @description When the client sent the message.
             * @example 2030-01-01T12:34:51.628349000Z
             */
            sent_time_utc?: string | null;
            /**
             * @description The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.
             * @example true
             */
            is_test?: boolean | null;
            /**
             * @description The message is a fire drill: it goes to the cache `firedrill`.
             * @example false
             */
            is_firedrill?: boolean | null;
            /**
             * @description The observation is of pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn?: boolean | null;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Version of the message format.
             * @example 0.2
             */
            schema_version?: string | null;
            /**
             * @description If given, it must be `Heartbeat`.
             * @example Heartbeat
             */
            tier?: "Heartbeat" | null;
            /**
             * @description Whether the detector takes data.
             * @example ON
             * @enum {string}
             */
            detector_status: "ON" | "OFF";
        };
        /** @description One page: Heartbeats, the newest first. */
        HeartbeatPage: {
            /**
             * @description Heartbeats, the newest first.
             * @example [
             *       {
             *         "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "cache": "live",
             *         "detector_name": "Super-K",
             *         "tier": "Heartbeat",
             *         "detector_status": "ON",
             *         "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "latency_s": 0.214,
             *         "interval_s": 60.02
             *       }
             *     ]
             */
            items: components["schemas"]["HeartbeatEntry"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description How Kafka stands. */
        KafkaStatus: {
            /**
             * @description Messages are read and alerts can be sent.
             * @example true
             */
            working: boolean;
            /**
             * @description What does not work at the moment, in words: which partition does not move, and why.
             * @example []
             */
            problems: string[];
            /**
             * @description Records of both observation topics that wait to be read, counted every 5 s; null: not known.
             * @example 0
             */
            lag: number | null;
            /**
             * @description For how long the oldest of them has waited; 0: none waits; null: not known.
             * @example 0
             */
            lag_seconds: number | null;
        };
        /** @description A key of the API, without its secret. */
        Key: {
            /**
             * @description Names the key; it stands in the key itself.
             * @example 4fz81qk0
             */
            id: string;
            /**
             * @description Whose key it is, in words.
             * @example Super-K shift
             */
            name: string;
            /**
             * @description `detector` sends for its detectors, and reads; `reader` reads; `admin` does all.
             * @example detector
             * @enum {string}
             */
            role: "detector" | "reader" | "admin";
            /**
             * @description The detectors that a detector key may send for; none for other roles.
             * @example [
             *       "Super-K"
             *     ]
             */
            detectors: string[];
            /**
             * Format: date-time
             * @description When it was made. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * @description The id of the key that made it; `configured` is ADMIN_API_KEY.
             * @example configured
             */
            created_by: string;
            /**
             * @description When it was revoked; null while it holds. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            revoked_at: string | null;
        };
        /** @description One page: Keys by id. */
        KeyPage: {
            /**
             * @description Keys by id.
             * @example [
             *       {
             *         "id": "4fz81qk0",
             *         "name": "Super-K shift",
             *         "role": "detector",
             *         "detectors": [
             *           "Super-K"
             *         ],
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "created_by": "configured",
             *         "revoked_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            items: components["schemas"]["Key"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description The key that is to be made. */
        KeyRequest: {
            /**
             * @description Whose key it is, in words.
             * @example Super-K shift
             */
            name: string;
            /**
             * @description `detector` sends for its detectors, and reads; `reader` reads; `admin` does all.
             * @example detector
             * @enum {string}
             */
            role: "detector" | "reader" | "admin";
            /**
             * @description The detectors that a detector key may send for; none for other roles.
             * @default []
             * @example [
             *       "Super-K"
             *     ]
             */
            detectors: string[];
        };
        /** @description The latest word of a detector on whether it takes data. */
        LastHeartbeat: {
            /**
             * Format: date-time
             * @description When the server received it. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description What the detector said of itself.
             * @example ON
             * @enum {string}
             */
            detector_status: "ON" | "OFF";
            /**
             * @description When the detector sent it, by its own clock; null if it did not say. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            sent_time_utc: string | null;
            /**
             * @description From sent to received; negative where the detector's clock runs ahead. Null without a time of sending.
             * @example 0.214
             */
            latency_s: number | null;
        };
        /** @description The same with the rates at which the detectors that are online were seen to trigger. */
        MeasuredFalseAlarm: {
            /**
             * @description How often chance alone makes a coincidence of as many of these detectors or more.
             * @example 1.52e-9
             */
            rate_hz: number;
            /**
             * @description Mean time between two such coincidences by chance.
             * @example 20.85
             */
            mean_years_between: number;
            /**
             * @description Detectors that sent five live observations or more in this time: they count with their own rate.
             * @example 6
             */
            detectors_measured: number;
            /**
             * @description Detectors that sent fewer: they count with one trigger a week.
             * @example 2
             */
            detectors_assumed: number;
            /**
             * @description How far back observations count: 30 days, or as long as the server has received messages.
             * @example 30
             */
            days: number;
        };
        /** @description Why a detector is muted or unmuted, and where. */
        MuteRequest: {
            /**
             * @description Why: it is recorded with who did it, and when.
             * @example calibration source left in
             */
            reason: string;
            /**
             * @description Only in this cache; without it, in all three.
             * @example live
             */
            cache?: ("live" | "firedrill" | "test") | null;
        };
        /** @description What muting or unmuting did in one cache. */
        Muted: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description Whether the detector is muted now.
             * @example true
             */
            muted: boolean;
            /**
             * @description The observations that left the tables, or came back, by uuid.
             * @example [
             *       "9ccdc218-2552-4e33-b023-04308a21bd20"
             *     ]
             */
            observations: string[];
            /**
             * @description The alerts that the message caused, in the order sent.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "sequence": 12,
             *         "cache": "live",
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "detector_names": [
             *           "Super-K",
             *           "XENONnT"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "server_tag": "snews-coincidence",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "payload": {
             *           "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *           "alert_type": "COINC_MSG",
             *           "sub list number": 0
             *         }
             *       }
             *     ]
             */
            alerts: components["schemas"]["Alert"][];
        };
        /** @description What muting or unmuting did. */
        MutedDetector: {
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description Whether the detector is muted now.
             * @example true
             */
            muted: boolean;
            /**
             * @description What it did in each cache.
             * @example [
             *       {
             *         "cache": "live",
             *         "detector_name": "Super-K",
             *         "muted": true,
             *         "observations": [
             *           "9ccdc218-2552-4e33-b023-04308a21bd20"
             *         ],
             *         "alerts": [
             *           {
             *             "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *             "sequence": 12,
             *             "cache": "live",
             *             "alert_type": "COINC_MSG",
             *             "sub_group": 0,
             *             "event_id": "SN-20300101-1",
             *             "pre_sn": false,
             *             "detector_names": [
             *               "Super-K",
             *               "XENONnT"
             *             ],
             *             "neutrino_times": [
             *               "2030-01-01T12:34:45.678999123Z",
             *               "2030-01-01T12:34:49.600000000Z"
             *             ],
             *             "p_values": [
             *               0.07,
             *               null
             *             ],
             *             "p_values_average": 0.235,
             *             "false_alarm": {
             *               "rate_hz": 7.93e-10,
             *               "mean_years_between": 39.97,
             *               "online_detectors": 8,
             *               "coincident_detectors": 2,
             *               "measured": {
             *                 "rate_hz": 1.52e-9,
             *                 "mean_years_between": 20.85,
             *                 "detectors_measured": 6,
             *                 "detectors_assumed": 2,
             *                 "days": 30
             *               }
             *             },
             *             "server_tag": "snews-coincidence",
             *             "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "payload": {
             *               "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *               "alert_type": "COINC_MSG",
             *               "sub list number": 0
             *             }
             *           }
             *         ]
             *       }
             *     ]
             */
            caches: components["schemas"]["Muted"][];
        };
        /** @description A key of the API that was just made, with its secret. */
        NewKey: {
            /**
             * @description Names the key; it stands in the key itself.
             * @example 4fz81qk0
             */
            id: string;
            /**
             * @description Whose key it is, in words.
             * @example Super-K shift
             */
            name: string;
            /**
             * @description `detector` sends for its detectors, and reads; `reader` reads; `admin` does all.
             * @example detector
             * @enum {string}
             */
            role: "detector" | "reader" | "admin";
            /**
             * @description The detectors that a detector key may send for; none for other roles.
             * @example [
             *       "Super-K"
             *     ]
             */
            detectors: string[];
            /**
             * Format: date-time
             * @description When it was made. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * @description The id of the key that made it; `configured` is ADMIN_API_KEY.
             * @example configured
             */
            created_by: string;
            /**
             * @description When it was revoked; null while it holds. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            revoked_at: string | null;
            /**
             * @description What its holder sends as `Authorization: Bearer <key>`. It is shown this once and stored nowhere.
             * @example snews_4fz81qk0_5vGd0pX1y4uQk3s8bN7rTz2mLw9cJhE6aVfRiOxYtUg
             */
            key: string;
        };
        /** @description One CoincidenceTier message of one detector. */
        Observation: {
            /**
             * Format: uuid
             * @description Identity of the message.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid: string;
            /**
             * @description `<detector>_<tier>_<machine time>`, as the detector sent it. It repeats: the uuid is the identity.
             * @example Super-K_CoincidenceTier_None
             */
            id: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * Format: date-time
             * @description Time of the first neutrino. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            neutrino_time_utc: string;
            /**
             * Format: date-time
             * @description When the server received it. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description The detector's clock when it made the message. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            machine_time_utc: string | null;
            /**
             * @description When the client sent it. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            sent_time_utc: string | null;
            /**
             * @description Probability that background alone makes such a signal (0 to 1); null if the detector gave none.
             * @example 0.07
             */
            p_val: number | null;
            /**
             * @description Pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn: boolean;
            /**
             * @description `active` counts in the tables; `muted`, `retracted`, `expired` and `reset` no longer do.
             * @example active
             * @enum {string}
             */
            state: "active" | "muted" | "retracted" | "expired" | "reset";
            /**
             * @description What the detector added, as it sent it.
             * @example {
             *       "run": 42
             *     }
             */
            meta: unknown;
            /**
             * @description Version of the message format, as the client gave it.
             * @example 0.2
             */
            schema_version: string | null;
        };
        /** @description One page: Observations in order of reception. */
        ObservationPage: {
            /**
             * @description Observations in order of reception.
             * @example [
             *       {
             *         "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "id": "Super-K_CoincidenceTier_None",
             *         "cache": "live",
             *         "detector_name": "Super-K",
             *         "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "p_val": 0.07,
             *         "is_pre_sn": false,
             *         "state": "active",
             *         "meta": {
             *           "run": 42
             *         },
             *         "schema_version": "0.2"
             *       }
             *     ]
             */
            items: components["schemas"]["Observation"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description How many observations came, and when. */
        ObservationRates: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description How long the intervals are.
             * @example hour
             * @enum {string}
             */
            by: "hour" | "day";
            /**
             * @description Where the intervals begin, without gaps.
             * @example [
             *       "2030-01-01T11:00:00.000000000Z",
             *       "2030-01-01T12:00:00.000000000Z",
             *       "2030-01-01T13:00:00.000000000Z"
             *     ]
             */
            times: string[];
            /**
             * @description Those that sent any, by name.
             * @example [
             *       {
             *         "detector_name": "Super-K",
             *         "observations": [
             *           0,
             *           2,
             *           1
             *         ]
             *       }
             *     ]
             */
            detectors: components["schemas"]["DetectorRate"][];
        };
        /** @description What an observation did. */
        Observed: {
            /**
             * @description True if this uuid was known: the alerts are the first time's, the tables today's.
             * @example false
             */
            duplicate: boolean;
            observation: components["schemas"]["Observation"];
            /**
             * @description The tables in which the observation now stands.
             * @example [
             *       {
             *         "number": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "rows": [
             *           {
             *             "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *             "id": "Super-K_CoincidenceTier_None",
             *             "detector_name": "Super-K",
             *             "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "neutrino_time_delta": 3.931,
             *             "p_val": 0.07,
             *             "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "meta": {
             *               "run": 42
             *             }
             *           }
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "updated_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            sub_groups: components["schemas"]["Table"][];
            /**
             * @description The alerts that the message caused, in the order sent.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "sequence": 12,
             *         "cache": "live",
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "detector_names": [
             *           "Super-K",
             *           "XENONnT"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "server_tag": "snews-coincidence",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "payload": {
             *           "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *           "alert_type": "COINC_MSG",
             *           "sub list number": 0
             *         }
             *       }
             *     ]
             */
            alerts: components["schemas"]["Alert"][];
        };
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * @description What kind of problem this is, as a URI; `about:blank` if the status says it all.
             * @example about:blank
             */
            type: string;
            /**
             * @description The status in words.
             * @example Bad Request
             */
            title: string;
            /**
             * @description The HTTP status.
             * @example 400
             */
            status: number;
            /**
             * @description What went wrong this time, and what to do about it.
             * @example The request does not fit its schema.
             */
            detail: string;
            /**
             * @description The fields at fault, where fields are.
             * @example [
             *       {
             *         "path": "/neutrino_time_utc",
             *         "message": "there is no 2030-02-30 in the calendar"
             *       }
             *     ]
             */
            errors?: {
                /**
                 * @description Where in the request the field stands, as a JSON pointer (RFC 6901).
                 * @example /neutrino_time_utc
                 */
                path: string;
                /**
                 * @description What is wrong with it.
                 * @example there is no 2030-02-30 in the calendar
                 */
                message: string;
            }[];
        };
        /** @description Whether the server takes messages. */
        Readiness: {
            /**
             * @description Whether the server takes messages.
             * @example ready
             * @constant
             */
            status: "ready";
            /**
             * @description What does not work at the moment, while the rest does.
             * @example []
             */
            degraded: string[];
        };
        /** @description A dead letter that took effect. */
        Replayed: {
            /**
             * @description The dead letter.
             * @example 17
             */
            id: number;
        };
        /** @description A reset of a cache. */
        Reset: {
            /**
             * Format: uuid
             * @description Identity of the reset.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            id: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * Format: date-time
             * @description When it was done. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            time_utc: string;
            /**
             * @description The id of the key that asked for it, or the record of Kafka.
             * @example configured
             */
            actor: string;
            /**
             * @description Why.
             * @example calibration data got in
             */
            reason: string;
            /**
             * @description Observations that were forgotten.
             * @example 3
             */
            dropped: number;
            /**
             * Format: date-time
             * @description It can be undone up to this time. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            undo_until: string;
            /**
             * @description What has been undone of it; null: nothing.
             * @example {
             *       "actor": "configured",
             *       "asked_at": "2030-01-01T12:34:45.678999123Z",
             *       "done_at": "2030-01-01T12:34:45.678999123Z",
             *       "restored": 3,
             *       "alerts": 1
             *     }
             */
            undo: components["schemas"]["ResetUndo"] | null;
        };
        /** @description What a reset did. */
        ResetDone: {
            /**
             * Format: uuid
             * @description Identity of the reset: whoever undoes it names it.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            id: string;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description Version of the tables now.
             * @example 18
             */
            version: number;
            /**
             * @description Observations that were forgotten.
             * @example 3
             */
            dropped: number;
        };
        /** @description One page: Resets, the newest first. */
        ResetPage: {
            /**
             * @description Resets, the newest first.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "cache": "live",
             *         "time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "actor": "configured",
             *         "reason": "calibration data got in",
             *         "dropped": 3,
             *         "undo_until": "2030-01-01T12:34:45.678999123Z",
             *         "undo": {
             *           "actor": "configured",
             *           "asked_at": "2030-01-01T12:34:45.678999123Z",
             *           "done_at": "2030-01-01T12:34:45.678999123Z",
             *           "restored": 3,
             *           "alerts": 1
             *         }
             *       }
             *     ]
             */
            items: components["schemas"]["Reset"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description Which cache is to forget its observations, and why. */
        ResetRequest: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description Why: it is recorded with who did it, and when.
             * @example calibration source left in
             */
            reason: string;
        };
        /** @description How far a reset is undone. */
        ResetUndo: {
            /**
             * @description The id of the key that asked for it, or the record of Kafka.
             * @example configured
             */
            actor: string;
            /**
             * Format: date-time
             * @description When it was asked for. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            asked_at: string;
            /**
             * @description When it was done; null while it is under way. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            done_at: string | null;
            /**
             * @description Observations that came back.
             * @example 3
             */
            restored: number;
            /**
             * @description Alerts that this caused.
             * @example 1
             */
            alerts: number;
        };
        /** @description What a retraction did. */
        Retracted: {
            /**
             * @description True if this uuid was known: the alerts are the first time's, the tables today's.
             * @example false
             */
            duplicate: boolean;
            /**
             * @description True if the observation has not come yet: it is withdrawn when it does, within 48 h.
             * @example false
             */
            pending: boolean;
            /**
             * @description The uuids of the observations that were withdrawn; none if they were so already.
             * @example [
             *       "9ccdc218-2552-4e33-b023-04308a21bd20"
             *     ]
             */
            retracted: string[];
            /**
             * @description The tables that changed, as they are now.
             * @example [
             *       {
             *         "number": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "rows": [
             *           {
             *             "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *             "id": "Super-K_CoincidenceTier_None",
             *             "detector_name": "Super-K",
             *             "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "neutrino_time_delta": 3.931,
             *             "p_val": 0.07,
             *             "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *             "meta": {
             *               "run": 42
             *             }
             *           }
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "created_at": "2030-01-01T12:34:45.678999123Z",
             *         "updated_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            sub_groups: components["schemas"]["Table"][];
            /**
             * @description The alerts that the message caused, in the order sent.
             * @example [
             *       {
             *         "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "sequence": 12,
             *         "cache": "live",
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "event_id": "SN-20300101-1",
             *         "pre_sn": false,
             *         "detector_names": [
             *           "Super-K",
             *           "XENONnT"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ],
             *         "p_values_average": 0.235,
             *         "false_alarm": {
             *           "rate_hz": 7.93e-10,
             *           "mean_years_between": 39.97,
             *           "online_detectors": 8,
             *           "coincident_detectors": 2,
             *           "measured": {
             *             "rate_hz": 1.52e-9,
             *             "mean_years_between": 20.85,
             *             "detectors_measured": 6,
             *             "detectors_assumed": 2,
             *             "days": 30
             *           }
             *         },
             *         "server_tag": "snews-coincidence",
             *         "sent_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "payload": {
             *           "id": "SNEWS_Coincidence_ALERT 2030-01-01T12:35:00.760860",
             *           "alert_type": "COINC_MSG",
             *           "sub list number": 0
             *         }
             *       }
             *     ]
             */
            alerts: components["schemas"]["Alert"][];
        };
        /**
         * @description A detector retracts observations. Exactly one of `retract_latest_n` and `retract_message_uuid` is required.
         * @example {
         *       "detector_name": "Super-K",
         *       "retract_latest_n": 1,
         *       "retraction_reason": "calibration source left in"
         *     }
         */
        Retraction: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.
             * @example Super-K_CoincidenceTier_None
             */
            id?: string | null;
            /**
             * @description Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid?: string | null;
            /**
             * @description Time of the detector's clock when the message was created.
             * @example 2030-01-01T12:34:50.000000000Z
             */
            machine_time_utc?: string | null;
            /**
             * @description When the client sent the message.
             * @example 2030-01-01T12:34:51.628349000Z
             */
            sent_time_utc?: string | null;
            /**
             * @description The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.
             * @example true
             */
            is_test?: boolean | null;
            /**
             * @description The message is a fire drill: it goes to the cache `firedrill`.
             * @example false
             */
            is_firedrill?: boolean | null;
            /**
             * @description The observation is of pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn?: boolean | null;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Version of the message format.
             * @example 0.2
             */
            schema_version?: string | null;
            /**
             * @description If given, it must be `Retraction`.
             * @example Retraction
             */
            tier?: "Retraction" | null;
            /**
             * @description Number of most recently received observations to retract; all if there are fewer. 0 means absent.
             * @example 1
             */
            retract_latest_n?: number | null;
            /**
             * @description The observation to retract. It may arrive up to 48 h after the retraction.
             * @example 5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11
             */
            retract_message_uuid?: string | null;
            /**
             * @description Reason for the retraction, for human readers.
             * @example calibration source left in
             */
            retraction_reason?: string | null;
        };
        /** @description Another engine beside the main one, on the same messages; it sends nothing. */
        Shadow: {
            /**
             * @description The shadow engine, `SHADOW_ENGINE`; null: none is configured.
             * @example reference
             */
            engine: ("complete" | "reference") | null;
            /**
             * @description Cache by cache; one that has not been looked at yet is missing.
             * @example [
             *       {
             *         "cache": "live",
             *         "main_engine": "complete",
             *         "since_command": 0,
             *         "command": 4711,
             *         "lag": 0,
             *         "compared": 4711,
             *         "main_alerts": 20,
             *         "shadow_alerts": 19,
             *         "equal_alerts": 16,
             *         "differences": {
             *           "main-only": 2,
             *           "shadow-only": 1,
             *           "other-type": 0,
             *           "other-rows": 3,
             *           "fault": 0
             *         },
             *         "last_fault": null,
             *         "last_fault_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            caches: components["schemas"]["ShadowCache"][];
        };
        /** @description An alert that one of two compared engines sent, or would have sent. */
        ShadowAlert: {
            /**
             * @description Its type.
             * @example COINC_MSG
             * @enum {string}
             */
            alert_type: "COINC_MSG" | "COINC_MSG_STAGGERED" | "UPDATE" | "RETRACTION";
            /**
             * @description Number of the sub-group by that engine; numbers are not compared.
             * @example 0
             */
            sub_group: number;
            /**
             * @description Detectors, row by row.
             * @example [
             *       "JUNO",
             *       "DUNE"
             *     ]
             */
            detector_names: string[];
            /**
             * @description Their neutrino times, nine decimals.
             * @example [
             *       "2030-01-01T12:34:45.678999123Z",
             *       "2030-01-01T12:34:49.600000000Z"
             *     ]
             */
            neutrino_times: string[];
            /**
             * @description Their p-values; null where none was given, or the observation is no longer kept.
             * @example [
             *       0.07,
             *       null
             *     ]
             */
            p_values: (number | null)[];
        };
        /** @description How the engine of a cache and the shadow engine compare. */
        ShadowCache: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The engine whose alerts are sent.
             * @example complete
             * @enum {string}
             */
            main_engine: "complete" | "reference";
            /**
             * @description Commands after this one are compared.
             * @example 0
             */
            since_command: number;
            /**
             * @description The last command that was compared.
             * @example 4711
             */
            command: number;
            /**
             * @description Commands that wait to be compared.
             * @example 0
             */
            lag: number;
            /**
             * @description Commands that were compared.
             * @example 4711
             */
            compared: number;
            /**
             * @description Alerts that were sent.
             * @example 20
             */
            main_alerts: number;
            /**
             * @description Alerts that the shadow engine would have sent.
             * @example 19
             */
            shadow_alerts: number;
            /**
             * @description Alerts that both have.
             * @example 16
             */
            equal_alerts: number;
            /**
             * @description Commands with a difference, by its kind.
             * @example {
             *       "main-only": 2,
             *       "shadow-only": 1,
             *       "other-type": 0,
             *       "other-rows": 3,
             *       "fault": 0
             *     }
             */
            differences: {
                /**
                 * @description Alerts of the main engine only.
                 * @example 2
                 */
                "main-only": number;
                /**
                 * @description Alerts of the shadow engine only.
                 * @example 1
                 */
                "shadow-only": number;
                /**
                 * @description The same tables, other alert types.
                 * @example 0
                 */
                "other-type": number;
                /**
                 * @description Other tables.
                 * @example 3
                 */
                "other-rows": number;
                /**
                 * @description The shadow engine failed, or what it needs is no longer kept.
                 * @example 0
                 */
                fault: number;
            };
            /**
             * @description What was wrong at the last fault; null: none yet.
             * @example null
             */
            last_fault: string | null;
            /**
             * @description When the last fault was found. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            last_fault_at: string | null;
        };
        /** @description A command after which the shadow engine would have alerted otherwise. */
        ShadowDifference: {
            /**
             * @description Its number.
             * @example 17
             */
            id: number;
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description The number of the command in its cache.
             * @example 4711
             */
            command: number;
            /**
             * Format: uuid
             * @description The message that the command came as.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            message_uuid: string;
            /**
             * @description CoincidenceTier, Retraction, Expiry, Reset, Mute, Unmute or Switch.
             * @example CoincidenceTier
             */
            message_kind: string;
            /**
             * @description Whose it is; null for none’s.
             * @example Super-K
             */
            detector_name: string | null;
            /**
             * Format: date-time
             * @description When the message came in. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description `main-only`, `shadow-only`: only that engine has alerts without an equal; `other-type`: the same tables, other alert types; `other-rows`: other tables; `fault`: the shadow engine failed, or what it needs is no longer kept.
             * @example main-only
             * @enum {string}
             */
            kind: "main-only" | "shadow-only" | "other-type" | "other-rows" | "fault";
            /**
             * @description Alerts that were sent and that the shadow engine has no equal of.
             * @example [
             *       {
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "detector_names": [
             *           "JUNO",
             *           "DUNE"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ]
             *       }
             *     ]
             */
            main_alerts: components["schemas"]["ShadowAlert"][];
            /**
             * @description Alerts that the shadow engine would have sent and that have no equal.
             * @example [
             *       {
             *         "alert_type": "COINC_MSG",
             *         "sub_group": 0,
             *         "detector_names": [
             *           "JUNO",
             *           "DUNE"
             *         ],
             *         "neutrino_times": [
             *           "2030-01-01T12:34:45.678999123Z",
             *           "2030-01-01T12:34:49.600000000Z"
             *         ],
             *         "p_values": [
             *           0.07,
             *           null
             *         ]
             *       }
             *     ]
             */
            shadow_alerts: components["schemas"]["ShadowAlert"][];
            /**
             * @description Events of all alerts that were sent after the command; none if the main engine sent none.
             * @example [
             *       "SN-20300101-1"
             *     ]
             */
            event_ids: string[];
            /**
             * @description What was wrong, of a fault.
             * @example null
             */
            fault: string | null;
            /**
             * Format: date-time
             * @description When it was found. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            compared_at: string;
        };
        /** @description One page: Differences, the newest first. */
        ShadowDifferencePage: {
            /**
             * @description Differences, the newest first.
             * @example [
             *       {
             *         "id": 17,
             *         "cache": "live",
             *         "command": 4711,
             *         "message_uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "message_kind": "CoincidenceTier",
             *         "detector_name": "Super-K",
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "kind": "main-only",
             *         "main_alerts": [
             *           {
             *             "alert_type": "COINC_MSG",
             *             "sub_group": 0,
             *             "detector_names": [
             *               "JUNO",
             *               "DUNE"
             *             ],
             *             "neutrino_times": [
             *               "2030-01-01T12:34:45.678999123Z",
             *               "2030-01-01T12:34:49.600000000Z"
             *             ],
             *             "p_values": [
             *               0.07,
             *               null
             *             ]
             *           }
             *         ],
             *         "shadow_alerts": [
             *           {
             *             "alert_type": "COINC_MSG",
             *             "sub_group": 0,
             *             "detector_names": [
             *               "JUNO",
             *               "DUNE"
             *             ],
             *             "neutrino_times": [
             *               "2030-01-01T12:34:45.678999123Z",
             *               "2030-01-01T12:34:49.600000000Z"
             *             ],
             *             "p_values": [
             *               0.07,
             *               null
             *             ]
             *           }
             *         ],
             *         "event_ids": [
             *           "SN-20300101-1"
             *         ],
             *         "fault": null,
             *         "compared_at": "2030-01-01T12:34:45.678999123Z"
             *       }
             *     ]
             */
            items: components["schemas"]["ShadowDifference"][];
            /**
             * @description The cursor of the next page; null on the last.
             * @example WyIyMDMwLTAxLTAxIiw0Ml0
             */
            next_cursor: string | null;
        };
        /** @description Significance of a burst, per time bin. */
        SignificanceTier: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.
             * @example Super-K_CoincidenceTier_None
             */
            id?: string | null;
            /**
             * @description Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid?: string | null;
            /**
             * @description Time of the detector's clock when the message was created.
             * @example 2030-01-01T12:34:50.000000000Z
             */
            machine_time_utc?: string | null;
            /**
             * @description When the client sent the message.
             * @example 2030-01-01T12:34:51.628349000Z
             */
            sent_time_utc?: string | null;
            /**
             * @description The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.
             * @example true
             */
            is_test?: boolean | null;
            /**
             * @description The message is a fire drill: it goes to the cache `firedrill`.
             * @example false
             */
            is_firedrill?: boolean | null;
            /**
             * @description The observation is of pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn?: boolean | null;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Version of the message format.
             * @example 0.2
             */
            schema_version?: string | null;
            /**
             * @description If given, it must be `SignificanceTier`.
             * @example SignificanceTier
             */
            tier?: "SignificanceTier" | null;
            /**
             * @description Probability that background alone produces such a signal.
             * @example 0.07
             */
            p_val?: number | null;
            /**
             * @description The p-value of each time bin.
             * @example [
             *       0.4,
             *       0.5,
             *       0.09,
             *       0.04,
             *       1
             *     ]
             */
            p_values: number[];
            /**
             * @description Width of the bins.
             * @example 0.6
             */
            t_bin_width_sec?: number | null;
        };
        /** @description A cache and the service at a glance. */
        Status: {
            /**
             * @description The stream of observations: `live`, `firedrill` or `test`. They never mix.
             * @example live
             * @enum {string}
             */
            cache: "live" | "firedrill" | "test";
            /**
             * @description How coincidences are found: `complete`, or `reference` as snews_cs does.
             * @example complete
             * @enum {string}
             */
            engine: "complete" | "reference";
            /**
             * @description Observations coincide within this time, its end included.
             * @example 10
             */
            window_seconds: number;
            /**
             * @description Rises with every change of the tables.
             * @example 17
             */
            version: number;
            /**
             * Format: date-time
             * @description When the tables last changed. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            as_of: string;
            /**
             * @description When the last observation of this cache was received; null: none is kept. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            last_observation_at: string | null;
            /**
             * @description When the last message of any kind, for any cache, was received; null: none is kept. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            last_message_at: string | null;
            /**
             * @description Of the last alert; 0: none yet.
             * @example 12
             */
            last_sequence: number;
            /**
             * @description Alerts of this cache that have not reached all destinations yet.
             * @example 0
             */
            undelivered_alerts: number;
            /**
             * @description Deliveries of the last 200 alerts of this cache that were given up.
             * @example 0
             */
            failed_deliveries: number;
            /**
             * @description The last reset of this cache; null: none is kept.
             * @example {
             *       "id": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *       "cache": "live",
             *       "time_utc": "2030-01-01T12:34:45.678999123Z",
             *       "actor": "configured",
             *       "reason": "calibration data got in",
             *       "dropped": 3,
             *       "undo_until": "2030-01-01T12:34:45.678999123Z",
             *       "undo": {
             *         "actor": "configured",
             *         "asked_at": "2030-01-01T12:34:45.678999123Z",
             *         "done_at": "2030-01-01T12:34:45.678999123Z",
             *         "restored": 3,
             *         "alerts": 1
             *       }
             *     }
             */
            last_reset: components["schemas"]["Reset"] | null;
            /**
             * @description How Kafka stands; null: the server speaks REST only.
             * @example {
             *       "working": true,
             *       "problems": [],
             *       "lag": 0,
             *       "lag_seconds": 0
             *     }
             */
            kafka: components["schemas"]["KafkaStatus"] | null;
            /**
             * @description What does not work at the moment, while the rest does.
             * @example []
             */
            degraded: string[];
        };
        /** @description A sub-group: observations that coincide within the window. */
        Table: {
            /**
             * @description Number of the sub-group, "sub list number" in the collaboration's alerts. From 0 after each reset.
             * @example 0
             */
            number: number;
            /**
             * @description The astrophysical candidate; null until the table first has two rows.
             * @example SN-20300101-1
             */
            event_id: string | null;
            /**
             * @description True if one of the observations is of pre-supernova neutrinos (`is_pre_sn`).
             * @example false
             */
            pre_sn: boolean;
            /**
             * @description One row per detector, by neutrino time, then by order of reception.
             * @example [
             *       {
             *         "uuid": "9ccdc218-2552-4e33-b023-04308a21bd20",
             *         "id": "Super-K_CoincidenceTier_None",
             *         "detector_name": "Super-K",
             *         "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "neutrino_time_delta": 3.931,
             *         "p_val": 0.07,
             *         "received_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "machine_time_utc": "2030-01-01T12:34:45.678999123Z",
             *         "meta": {
             *           "run": 42
             *         }
             *       }
             *     ]
             */
            rows: components["schemas"]["TableRow"][];
            /**
             * @description Mean of the p-values that are given; null if none is.
             * @example 0.235
             */
            p_values_average: number | null;
            /**
             * @description How often chance alone makes this; null in the test cache and for fewer than two rows.
             * @example {
             *       "rate_hz": 7.93e-10,
             *       "mean_years_between": 39.97,
             *       "online_detectors": 8,
             *       "coincident_detectors": 2,
             *       "measured": {
             *         "rate_hz": 1.52e-9,
             *         "mean_years_between": 20.85,
             *         "detectors_measured": 6,
             *         "detectors_assumed": 2,
             *         "days": 30
             *       }
             *     }
             */
            false_alarm: components["schemas"]["FalseAlarm"] | null;
            /**
             * Format: date-time
             * @description When the sub-group came to be. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When its rows last changed. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            updated_at: string;
        };
        /** @description One detector in a table of coincident observations. */
        TableRow: {
            /**
             * Format: uuid
             * @description Identity of the observation.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid: string;
            /**
             * @description `<detector>_<tier>_<machine time>`, as the detector sent it. It repeats: the uuid is the identity.
             * @example Super-K_CoincidenceTier_None
             */
            id: string;
            /**
             * @description The detector, by the name it has in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * Format: date-time
             * @description Time of the first neutrino. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            neutrino_time_utc: string;
            /**
             * @description SI seconds since the neutrino time of the table's first row, leap seconds counted.
             * @example 3.931
             */
            neutrino_time_delta: number;
            /**
             * @description Probability that background alone makes such a signal (0 to 1); null if the detector gave none.
             * @example 0.07
             */
            p_val: number | null;
            /**
             * Format: date-time
             * @description When the server received it. Nine decimals, always; 23:59:60 is a leap second.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            received_time_utc: string;
            /**
             * @description The detector's clock when it made the message. Nine decimals, always.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            machine_time_utc: string | null;
            /**
             * @description What the detector added, as it sent it.
             * @example {
             *       "run": 42
             *     }
             */
            meta: unknown;
        };
        /** @description Light curve of a burst: the time of each neutrino, or counts per bin. */
        TimingTier: {
            /**
             * @description Name of the detector that sends the message, as in GET /v1/detectors.
             * @example Super-K
             */
            detector_name: string;
            /**
             * @description `<detector>_<tier>_<machine time or None>`. It need not be unique: `uuid` identifies the message.
             * @example Super-K_CoincidenceTier_None
             */
            id?: string | null;
            /**
             * @description Identity of the message. A repetition has no effect and gets the first answer again. If it is absent, the server generates one.
             * @example 9ccdc218-2552-4e33-b023-04308a21bd20
             */
            uuid?: string | null;
            /**
             * @description Time of the detector's clock when the message was created.
             * @example 2030-01-01T12:34:50.000000000Z
             */
            machine_time_utc?: string | null;
            /**
             * @description When the client sent the message.
             * @example 2030-01-01T12:34:51.628349000Z
             */
            sent_time_utc?: string | null;
            /**
             * @description The message is a test: it goes to the cache `test`, even with `is_firedrill`, and nobody is alerted.
             * @example true
             */
            is_test?: boolean | null;
            /**
             * @description The message is a fire drill: it goes to the cache `firedrill`.
             * @example false
             */
            is_firedrill?: boolean | null;
            /**
             * @description The observation is of pre-supernova neutrinos.
             * @example false
             */
            is_pre_sn?: boolean | null;
            /**
             * @description Any further data of the detector, stored unchanged.
             * @example {
             *       "run": 42
             *     }
             */
            meta?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Version of the message format.
             * @example 0.2
             */
            schema_version?: string | null;
            /**
             * @description If given, it must be `TimingTier`.
             * @example TimingTier
             */
            tier?: "TimingTier" | null;
            /**
             * @description Time of the first neutrino.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            neutrino_time_utc?: string | null;
            /**
             * @description Start of the series.
             * @example 2030-01-01T12:34:45.678999123Z
             */
            start_time_utc?: string | null;
            /**
             * @description Times of single events since the start of the series; with `time_bin_width_ns`, counts per bin.
             * @example [
             *       0,
             *       1500,
             *       2000000
             *     ]
             */
            timing_series: number[];
            /**
             * @description Width of the bins. If it is absent, the series consists of single events.
             * @example 2000000
             */
            time_bin_width_ns?: number | null;
            /**
             * @description Background rate.
             * @example 286.4
             */
            background_rate_Hz?: number | null;
            /**
             * @description Detection channel or channels.
             * @example IBD
             */
            detection_channel?: (string | string[]) | null;
            /**
             * @description Probability that background alone produces such a signal.
             * @example 0.07
             */
            p_val?: number | null;
        };
        /** @description The interval between heartbeats in the 24 h before the last one. */
        UsualInterval: {
            /**
             * @description Mean.
             * @example 60.012
             */
            mean_s: number;
            /**
             * @description Sample standard deviation.
             * @example 1.73
             */
            sigma_s: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics of this replica. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAdminActs: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Acts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminActPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listContacts: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
                /** @description A detector, by the name it has in GET /v1/detectors. */
                detector_name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Contacts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactRequest"];
            };
        };
        responses: {
            /** @description It is added. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the contact. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it was. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the contact. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactChange"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dead letters. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dead letter. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It took effect. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Where the alert goes. */
                sink?: "email" | "slack" | "gcn";
                /** @description `waiting` for its next try; `sending`: a try is under way; `delivered`; `failed`: not delivered within 24 h. */
                state?: "waiting" | "sending" | "delivered" | "failed";
                /** @description Those of one alert, by its id. */
                alert_id?: string;
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deliveries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The delivery. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is due. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryRecord"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addDetector: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DetectorRequest"];
            };
        };
        responses: {
            /** @description It is added. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detector"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeDetector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DetectorChange"];
            };
        };
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detector"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    muteDetector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MuteRequest"];
            };
        };
        responses: {
            /** @description It is done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MutedDetector"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unmuteDetector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MuteRequest"];
            };
        };
        responses: {
            /** @description It is done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MutedDetector"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the key. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, revoked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequest"];
            };
        };
        responses: {
            /** @description It is done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetDone"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listResets: {
        parameters: {
            query?: {
                /** @description Only of this cache. */
                cache?: "live" | "firedrill" | "test";
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Resets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undoReset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The reset. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is undone, or under way. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reset"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description An astrophysical candidate, by its id. */
                event_id?: string;
                /** @description The time it was sent, at the earliest. */
                from?: string;
                /** @description The time it was sent, at the latest. */
                to?: string;
                /** @description `asc`: the oldest first; `desc`: the newest. A cursor goes with the order it was made in. */
                order?: "asc" | "desc";
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alerts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamAlerts: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description Begin after the alert of this sequence; 0: all there are. Without it: from now on. */
                after?: number;
            };
            header?: {
                /** @description The `id` of the last event that came; goes before `after`. */
                "last-event-id"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertWithDeliveries"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCoincidences: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description Only tables of so many rows or more; 2 leaves out the observations that stand alone. */
                min_rows?: number;
                /** @description At most so many tables, and `next_cursor` for the next ones: 1 to 1000; fewer where they come to more than 2 MiB. Without it all of them. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tables. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coincidences"];
                    "text/csv": string;
                };
            };
            /** @description The tables are those of the ETag in If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCoincidence: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
            };
            header?: never;
            path: {
                /** @description Number of an open sub-group. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionTest"];
            };
        };
        responses: {
            /** @description The message, key for key, with `meta.status` = "received". */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionTest"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDetectors: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Detectors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectorPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDetector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Detector"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["FeedbackRequest"];
            };
        };
        responses: {
            /** @description It is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackGranted"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHeartbeats: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
                /** @description Of `live` the heartbeats that count, observations among them; of `firedrill` or `test` the messages that came. */
                cache?: "live" | "firedrill" | "test";
                /** @description Time of receipt, at the earliest. */
                from?: string;
                /** @description Time of receipt, at the latest. */
                to?: string;
            };
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Heartbeats. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeartbeatPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drawHeartbeatsAsPng: {
        parameters: {
            query?: {
                /** @description How far back the picture goes: 1 to 168, 24 without it. */
                hours?: number;
            };
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drawHeartbeats: {
        parameters: {
            query?: {
                /** @description How far back the picture goes: 1 to 168, 24 without it. */
                hours?: number;
            };
            header?: never;
            path: {
                /** @description A detector, by the name it has in GET /v1/detectors. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description `asc`: the oldest first; `desc`: the newest. A cursor goes with the order it was made in. */
                order?: "asc" | "desc";
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An astrophysical candidate, by its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description It was known: nothing new is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description It is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of any kind, as the clients of the collaboration build it: its kind is told by an `id` (or `_id`) that begins with `0_`, else by `tier`, else by the part of `id` after the first underscore. */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description A retraction or command took effect; else the message was known. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observed"] | components["schemas"]["Retracted"] | components["schemas"]["Archived"] | components["schemas"]["ResetDone"] | components["schemas"]["ConnectionTest"];
                };
            };
            /** @description It is stored. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observed"] | components["schemas"]["Archived"];
                };
            };
            /** @description The observation to withdraw has not come yet; or feedback is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retracted"] | components["schemas"]["FeedbackGranted"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getObservationRates: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description The time of receipt, at the earliest. */
                from?: string;
                /** @description The time of receipt, at the latest. */
                to?: string;
                /** @description In what intervals to count: they begin on the full hour, or at midnight. */
                by?: "hour" | "day";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObservationRates"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listObservations: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
                /** @description A detector, by the name it has in GET /v1/detectors. */
                detector_name?: string;
                /** @description `active` counts in the tables; `muted`, `retracted`, `expired` and `reset` do not. */
                state?: "active" | "muted" | "retracted" | "expired" | "reset";
                /** @description The neutrino time, at the earliest. */
                from?: string;
                /** @description The neutrino time, at the latest. */
                to?: string;
                /** @description `asc`: the oldest first; `desc`: the newest. A cursor goes with the order it was made in. */
                order?: "asc" | "desc";
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Observations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObservationPage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postObservation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CoincidenceTier"];
            };
        };
        responses: {
            /** @description It was known: nothing new took effect. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observed"];
                };
            };
            /** @description It is stored. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observed"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getObservation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its uuid. */
                uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observation"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A part of the path is longer than any name or id. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRetraction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Retraction"];
            };
        };
        responses: {
            /** @description It took effect, or there was nothing left to withdraw. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retracted"];
                };
            };
            /** @description The observation has not come yet: it is withdrawn when it does. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retracted"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShadow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts by cache. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shadow"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShadowDifferences: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. They never mix. */
                cache?: "live" | "firedrill" | "test";
                /** @description `main-only`, `shadow-only`: only that engine has alerts without an equal; `other-type`: the same tables, other alert types; `other-rows`: other tables; `fault`: the shadow engine failed, or what it needs is no longer kept. */
                kind?: "main-only" | "shadow-only" | "other-type" | "other-rows" | "fault";
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Differences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShadowDifferencePage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSignificanceSeries: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those of this cache; without it, of all. */
                cache?: "live" | "firedrill" | "test";
                /** @description A detector, by the name it has in GET /v1/detectors. */
                detector_name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchivedMessagePage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSignificanceSeries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignificanceTier"];
            };
        };
        responses: {
            /** @description It was known: nothing new is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description It is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: {
                /** @description The stream of observations: `live`, `firedrill` or `test`. */
                cache?: "live" | "firedrill" | "test";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTimingSeries: {
        parameters: {
            query?: {
                /** @description At most so many items: 1 to 1000, 100 without it. A page of large ones ends earlier, at about 2 MiB: `next_cursor` says whether there are more. */
                limit?: number;
                /** @description Where the page begins: `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those of this cache; without it, of all. */
                cache?: "live" | "firedrill" | "test";
                /** @description A detector, by the name it has in GET /v1/detectors. */
                detector_name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArchivedMessagePage"];
                    "text/csv": string;
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Neither application/json nor text/csv is acceptable to the client. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTimingSeries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TimingTier"];
            };
        };
        responses: {
            /** @description It was known: nothing new is kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description It is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Archived"];
                };
            };
            /** @description The request cannot be parsed, or does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No key, or an unknown or revoked one. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is not for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The uuid is known with other content. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than the server takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not application/json in UTF-8. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Well-formed, but refused: the detail says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this key, or messages of this detector: see Retry-After. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A fault of the server; it is in its log under the x-request-id. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away, or the server is stopping: try again after Retry-After. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
