/** Every bound of questions and answers beyond those of one request (`questionBounds`). All of it is memory of this process. */
export const questionLimits = {
  /** The data of a question or a reply, as JSON in UTF-8. */
  questionBytesMax: 1024 * 1024,
  /** Body of one request with questions or replies. */
  questionRequestBytesMax: 16 * 1024 * 1024,
  /** Lines (questions) in one NDJSON request. */
  questionsPerRequestMax: 500,
  /** Questions of one caller under way, on all topics. */
  questionsPerCallerMax: 500,
  /** Questions of one topic under way. */
  questionsPerTopicMax: 1_000,
  /** Questions and unsent answers of all topics. */
  questionHeldBytesMax: 64 * 1024 * 1024,
  /** Topics with questions under way or claims that wait. */
  topicsMax: 1_000,
  /** Claims of one caller that wait for a question, on all topics. */
  questionClaimsPerCallerMax: 100,
  /** The same of all callers. */
  questionClaimsMax: 1_000,
  /** Ended leases that are remembered, so that a late reply gets the reason. */
  endedLeasesMax: 10_000,
} as const
