/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** Room for a full rule set. */
  jsonBytesMax: 1024 * 1024,
  pageSizeDefault: 20,
  pageSizeMax: 100,
  /** How many of the latest comments a dry run judges. */
  dryRunCommentsMax: 500,
  /** How often a verdict is appended again after a version conflict. */
  answerAttemptsMax: 20,
} as const
