/** Bounds of one text. Beyond a bound the text is shown as its author typed it. */
export const limits = {
  /** How deep the markers at the start of one line may nest quotes and lists; deeper ones are dropped. */
  containerDepthMax: 32,
  /** How far such markers may stand from the margin, in characters. */
  containerPrefixCharsMax: 100,
  /** How deep blocks may be nested, and spans within one: a list in a list is two levels deeper. */
  levelsMax: 50,
  /** How deep brackets may be nested that could be links or pictures. */
  bracketLevelsMax: 16,
  /** Depth of the tree with raw HTML parsed: what comes after the parser recurses, and a stack is finite. */
  treeDepthMax: 200,
  /** What references to one long address, and rows without their cells, may add to a text: characters, and so many for each of its own. */
  addedCharsMax: 20_000,
  addedCharsMaxPerChar: 5,
  /** What a cell counts for. */
  charsPerCell: 10,
  /** Opening tags of raw HTML in one text. */
  rawTagsMax: 5_000,
  /** Longer code is shown without colours. */
  highlightCharsMax: 20_000,
  /** Code that is kept with its colours, some 50 bytes a character. */
  colouredCharsMax: 100_000,
  /** How much of a post is read to find its excerpt, per character asked for. */
  sourceCharsPerExcerptChar: 20,
  wordsPerMinute: 230,
  /** Scripts written without spaces are counted by the character. */
  ideographsPerMinute: 450,
} as const
