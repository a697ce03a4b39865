/** Bounds of what people write, shared by both sides of the wire: the form counts with the same numbers as the service. */
export const bounds = {
  titleCharsMax: 300,
  slugCharsMax: 100,
  contentCharsMax: 200_000,
  excerptCharsMax: 1_000,
  tagCharsMax: 50,
  tagsMax: 100,
  commentCharsMax: 10_000,
  nameCharsMax: 100,
  reasonCharsMax: 500,
  rulesMax: 200,
  wordsPerRuleMax: 500,
  importItemsMax: 50,
} as const
