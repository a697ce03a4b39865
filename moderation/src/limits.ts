/** Every bound of this service that is not the contracts' own. */
export const limits = {
  /** How many of the latest comments a dry run judges. */
  dryRunCommentsMax: 500,
  /** How often a verdict is appended again after a version conflict. */
  answerAttemptsMax: 20,
} as const
