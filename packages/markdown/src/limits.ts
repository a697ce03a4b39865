/** What one text may cost. Beyond a bound the text is still shown, but as its author typed it. */
export const limits = {
  /** How deep the markers at the start of one line may nest quotes and lists; deeper ones are dropped. */
  containerDepthMax: 32,
  /** How far such markers may stand from the margin, in characters. */
  containerPrefixCharsMax: 100,
  /** Depth of the parsed tree: what comes after the parser recurses, and a stack is finite. */
  treeDepthMax: 200,
  /** What a text may be expected to cost (`cost.ts`): this, and so much for each character. An ordinary text costs 1 to 3 a character. */
  costMax: 20_000,
  costMaxPerChar: 6,
  /** Opening tags of raw HTML in one text. */
  rawTagsMax: 5_000,
  /** Longer code is shown without colours. */
  highlightCharsMax: 20_000,
  /** How much of a post is read to find its excerpt, per character asked for. */
  sourceCharsPerExcerptChar: 20,
  wordsPerMinute: 230,
  /** Scripts written without spaces are counted by the character. */
  ideographsPerMinute: 450,
} as const
