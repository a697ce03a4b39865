/** What Markdown gives a meaning to, and a letter. */
const tokens: readonly string[] = [
  ...'*_~`[]!<>&\\|=-#a '.split(''),
  ...['\n', '\n\n', '](', 'www.', 'http://', 'a@b.c', '<!--', '</a>', '[^a]'],
]

/** All sequences of `length` tokens. */
export const gramsOf = (length: number): string[] =>
  length === 0 ? [''] : gramsOf(length - 1).flatMap((gram) => tokens.map((token) => gram + token))

export const repeatedTo = (chars: number, part: string): string =>
  part.repeat(Math.ceil(chars / part.length)).slice(0, chars)

const ordinary = `Thank you for this *post*. I read it twice, and I think that [the docs](https://docs.example/a) say otherwise in \`config.ts\`:

> quoted words of the post that were said before

- one thing that I tried
- another **thing** I did not

It was all fine, and so on it goes for a while, as texts do when people write them.

`

/** A text such as people write, of this length. */
export const ordinaryOf = (chars: number): string => repeatedTo(chars, ordinary)
