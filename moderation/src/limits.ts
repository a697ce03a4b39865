/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** Room for a full rule set. */
  jsonBytesMax: 1024 * 1024,
  pageSizeDefault: 20,
  pageSizeMax: 100,
  /** How many of the latest comments a dry run looks at. */
  dryRunCommentsMax: 500,
  /** How often an answer is decided anew because someone else judged meanwhile. */
  answerAttemptsMax: 20,
} as const
