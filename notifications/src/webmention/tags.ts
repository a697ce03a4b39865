import { Tokenizer, TokenizerMode } from 'parse5'

export type Attributes = ReadonlyMap<string, string>

interface Reader {
  open(name: string, attributes: Attributes): void
  close(name: string): void
  text(chars: string): void
}

/** In these a `<` opens nothing until their own end tag. */
const rawTexts: Readonly<Record<string, Tokenizer['state']>> = {
  title: TokenizerMode.RCDATA,
  textarea: TokenizerMode.RCDATA,
  script: TokenizerMode.SCRIPT_DATA,
  ...Object.fromEntries(
    ['style', 'xmp', 'iframe', 'noembed', 'noframes'].map((name) => [name, TokenizerMode.RAWTEXT]),
  ),
  plaintext: TokenizerMode.PLAINTEXT,
}

/** Without content, so that none is closed. */
const voidElements = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
])
export const isVoid = (name: string): boolean => voidElements.has(name)

/**
 * Reads the tags and texts of HTML in their order, as the HTML standard divides it: what is in comments and scripts is no tag. It builds
 * no tree, so that a hostile page costs no more than its length.
 */
export const readTags = (html: string, reader: Reader): void => {
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag({ tagName, attrs }) {
        const mode = rawTexts[tagName]
        if (mode !== undefined) tokenizer.state = mode
        reader.open(tagName, new Map(attrs.map(({ name, value }) => [name, value])))
      },
      onEndTag: ({ tagName }) => reader.close(tagName),
      onCharacter: ({ chars }) => reader.text(chars),
      onWhitespaceCharacter: ({ chars }) => reader.text(chars),
      onNullCharacter() {},
      onComment() {},
      onDoctype() {},
      onEof() {},
    },
  )
  tokenizer.write(html, true)
}

/** The tokens of an attribute such as `rel` or `class`. */
export const tokensOf = (value: string | undefined): readonly string[] =>
  (value ?? '').split(/[\t\n\f\r ]+/).filter((token) => token !== '')
