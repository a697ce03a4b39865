/** Bounds of reading a blog; those of posts and comments are the contracts'. */
export const limits = {
  /** One `<item>` of an export, in characters, its comments included. Memory is bounded by it: an export is read item by item. */
  itemCharsMax: 20_000_000,
  /** What stands before the first item: authors, categories, tags. */
  headCharsMax: 50_000_000,
  /** Of a Markdown or comment file of a Jekyll folder. */
  fileBytesMax: 5_000_000,
  /** An export of Ghost, which is one JSON value and held as a whole. */
  ghostBytesMax: 200_000_000,
  filesMax: 200_000,
  folderDepthMax: 20,
  /** Of one post's or comment's HTML: some of it is markup, so it may be longer than the Markdown made of it. */
  htmlCharsMax: 1_000_000,
  /** Elements within elements, in a post's HTML: beyond it the text is kept without its markup. */
  htmlDepthMax: 200,
  /** How much of a link's end is searched for its address and title. */
  linkTailCharsMax: 4_000,
  /** How many times a Markdown text's length may be read in search of tags that close others. */
  htmlReadingsMax: 20,
  /** Elements within elements that hold Markdown each. */
  markdownInHtmlDepthMax: 20,
  /** Of a file that is no export, to say what it is. */
  recognisedBytesMax: 64_000,
  /** Values within values, in front matter and configuration. */
  dataDepthMax: 100,
  /** Aliases in one YAML document that may be resolved. */
  yamlAliasesMax: 100,
} as const
