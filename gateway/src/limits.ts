/** Bounds of the gateway. */
export const limits = {
  /** A service that says nothing for this long is taken to be gone. Streams send heartbeats more often. */
  upstreamSilenceMsMax: 60_000,
  connectMsMax: 2_000,
  /**
   * Requests under way to one service, of which each network has a share, and that may wait for that. What waits for a position of
   * the log has connections of its own (`heldPerService`).
   */
  perService: {
    underWayMax: 512,
    underWayPerNetworkMax: 128,
    waitingMax: 8_000,
    waitingPerNetworkMax: 2_000,
  },
  heldPerService: {
    underWayMax: 64,
    underWayPerNetworkMax: 16,
    waitingMax: 512,
    waitingPerNetworkMax: 64,
  },
  /** Connections beside those, for streams that a service answers with, such as the progress of a rebuild. */
  streamsPerServiceMax: 64,
  /** Of one network, to all services together. */
  underWayPerNetworkMax: 256,
  /** How long a request waits for a connection. */
  queueMsMax: 5_000,
  /** How long a browser may take nothing of an answer that waits for it. */
  answerStallMsMax: 30_000,
  /** Browsers that watch a post, and the one stream from query that they are told by. */
  live: {
    max: 10_000,
    perNetworkMax: 500,
    unreadBytesMax: 256 * 1024,
    heartbeatMs: 15_000,
    reconnectMs: 2_000,
    ringEntriesMax: 2_000,
    ringCharsMax: 8_000_000,
    questionsMax: 8,
    questionMsMax: 10_000,
    answerMsMax: 5_000,
    /** Three heartbeats of query. */
    silenceMsMax: 45_000,
    backoffMs: { initial: 100, max: 5_000 },
  },
  /** Counts of unread notices, and the pages that are told of them. */
  notices: {
    peopleMax: 20_000,
    /** How long a count is remembered: a comment that is taken down may be what a notice was about. */
    keptMs: 60_000,
    /** How long a page waits for a count, and one whose reader has just written something. After a failure none waits for a moment. */
    askMsMax: 300,
    heldMsMax: 1_000,
    restMs: 1_000,
    connectionsMax: 8,
    heldConnectionsMax: 4,
    questionsMax: 4,
    answerMsMax: 5_000,
    /** More than two heartbeats of notifications. */
    silenceMsMax: 50_000,
    backoffMs: { initial: 100, max: 5_000 },
    pages: {
      max: 10_000,
      perPersonMax: 20,
      unreadBytesMax: 64 * 1024,
      heartbeatMs: 15_000,
      reconnectMs: 2_000,
      openMsMax: 900_000,
    },
  },
  /** Bodies that are being sent to the gateway, and what is kept of them. */
  bodies: {
    msMax: 10_000,
    perNetworkMax: 64,
    max: 1_024,
    perNetworkBytesMax: 32_000_000,
    bytesMax: 128_000_000,
    /** What gave way is refused so much later, unless as many wait for that: who is refused at once sends the next one at once. */
    refusalDelayMs: 8_000,
    refusalsDelayedMax: 4_000,
  },
  /** A read whose connection fails is sent once more, after a moment in which a service may come back. */
  readRetriesMax: 1,
  retryPauseMs: 100,
  /** An answer that is longer goes to each reader by itself. */
  sharedBytesMax: 1_000_000,
  sharedWaitMsMax: 2_000,
  /** Answers that are given again for as long as query says that they hold. */
  cacheBytesMax: 96_000_000,
  cacheKeyCharsMax: 1_000,
  /** Smaller answers are not compressed. */
  compressedBytesMin: 1_024,
  /** Tags of which it is remembered when they changed last. */
  changedTagsMax: 5_000,
  /** How old query's word may be that a cached page still holds. */
  confirmedMsMax: 50,
  /** How long query is waited for that says what still holds, over so many connections. */
  validationMsMax: 2_000,
  validationConnectionsMax: 2,
  /** Pages with places for a reader that are rendered at the same time, how long one may take, and how often one is tried for a request. */
  templateConnectionsMax: 8,
  templateMsMax: 15_000,
  templateLoadsMax: 2,
  /**
   * After a start the cache is filled: tries until the front page is there, the newest posts, and the pause between two requests. When
   * all was dropped it is filled again, once nothing has dropped it for `quietMs`.
   */
  warmUp: { attemptsMax: 120, retryMs: 500, answerMsMax: 5_000, postsMax: 30, pauseMs: 20, quietMs: 1_000 },
  /** How often query is asked what still holds when there are no readers. */
  cacheSweepMs: 5_000,
  /** Decisions about addresses that are remembered. */
  rememberedRoutesMax: 2_000,
  rememberedUrlCharsMax: 500,
  requestBytesMax: 5_000_000,
  /** Credentials whose access token is remembered, and for how long before its end a new one is asked for. */
  identitiesMax: 20_000,
  renewBeforeMs: 15_000,
  /** How long it is cached that a credential is unknown to accounts. */
  unknownMs: 5_000,
  /** As long as a request waits for a connection: a burst of new guests on a busy machine is answered late rather than refused. */
  exchangeMsMax: 5_000,
  exchangeBytesMax: 50_000,
  retryAfterSeconds: 2,
  formBytesMax: 300_000,
  /** Levels of JSON that are looked into; what nests deeper is for the service to refuse. */
  formDepthMax: 64,
  /** Attempts in a window of so many seconds, per network and per caller. */
  forms: {
    'sign-up': { perNetwork: 20, perCaller: 5, windowS: 3_600 },
    'sign-in': { perNetwork: 60, perCaller: 15, windowS: 600 },
    reset: { perNetwork: 20, perCaller: 5, windowS: 3_600 },
    invitation: { perNetwork: 30, perCaller: 15, windowS: 600 },
    token: { perNetwork: 60, perCaller: 20, windowS: 3_600 },
    comment: { perNetwork: 60, perCaller: 20, windowS: 60 },
    subscribe: { perNetwork: 20, perCaller: 5, windowS: 3_600 },
    mention: { perNetwork: 120, perCaller: 120, windowS: 600 },
    hub: { perNetwork: 120, perCaller: 120, windowS: 600 },
    report: { perNetwork: 60, perCaller: 60, windowS: 60 },
    vote: { perNetwork: 240, perCaller: 60, windowS: 60 },
    import: { perNetwork: 1_200, perCaller: 1_200, windowS: 60 },
  },
  /** Views of posts, on one day. Readers are counted by hashes; a network is an IPv4 address, or an IPv6 /64. */
  views: {
    /** Views of a post that one reader counts for, and readers of a post that one network counts for. */
    perReaderMax: 20,
    readersPerNetworkMax: 50,
    /** Entries, of which a reader of a post has one and each network another; about 40 bytes each. */
    readersMax: 300_000,
    postsMax: 10_000,
    /** Hosts that readers come from: of all, of one post, and of one network those that are new. */
    hostsMax: 2_000,
    hostsPerPostMax: 50,
    hostsPerNetworkMax: 5,
    /** Days before today that are kept while the log is away. */
    endedDaysMax: 2,
    lastAppendMsMax: 3_000,
    agentCharsMax: 300,
    referrerCharsMax: 2_000,
    /** User agents of which it is remembered whether they are programs. */
    agentsMax: 2_000,
  },
  /** What a browser says of a policy that was broken. */
  reportBytesMax: 20_000,
  reportDepthMax: 8,
  reportsPerRequestMax: 50,
  reportCharsMax: 200,
  reportLinesPerMinuteMax: 20,
  /** What the access log says of a path. */
  loggedPathCharsMax: 500,
  /** How long a service is waited for that is asked for its health or its description, and how long these may be. */
  ownAskMsMax: 1_500,
  healthBytesMax: 100_000,
  descriptionBytesMax: 2_000_000,
  /** How long the description of all services is remembered. */
  descriptionKeptMs: 60_000,
} as const
