/** What one text may cost. Beyond a bound the text is still shown, but as its author typed it. */
export const limits = {
  /** How deep the markers at the start of one line may nest quotes and lists; deeper ones are dropped. */
  containerDepthMax: 32,
  /** How far such markers may stand from the margin, in characters. */
  containerPrefixCharsMax: 100,
  /** Depth of the parsed tree: what comes after the parser recurses, and a stack is finite. */
  treeDepthMax: 200,
  linesMax: 20_000,
  /** How long the parser may be expected to take over what it compares in pairs. */
  tangleMsMax: 250,
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
