import { escapedHtml } from '@logbook/contracts/words.ts'
import type { Line } from './compose.ts'

/** Colours are left to the reader's program, which knows whether it is dark: none is set that could be lost on another ground. */
const page = (lang: string, title: string, body: string): string => `<!doctype html>
<html lang="${escapedHtml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapedHtml(title)}</title>
<style>:root { color-scheme: light dark; supported-color-schemes: light dark }</style>
</head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 0 auto; padding: 16px">
${body}
</body>
</html>
`

const htmlOfLine = ({ heading, title, quote, note, url }: Line): string =>
  `${heading === undefined ? '' : `<h2 style="font-size: 18px">${escapedHtml(heading)}</h2>\n`}<p><a href="${escapedHtml(url)}"><strong>${escapedHtml(title)}</strong></a>${note === undefined ? '' : `<br>${escapedHtml(note)}`}</p>${
    quote === null
      ? ''
      : `\n<blockquote style="margin: 0 0 16px; padding-left: 12px; border-left: 3px solid">${escapedHtml(quote)}</blockquote>`
  }`

/** The footer of every mail: why it was sent and how to unsubscribe. */
export interface Footer {
  why: string
  links: readonly { text: string; url: string }[]
}

const htmlOfFooter = ({ why, links }: Footer): string =>
  `<hr>\n<p style="font-size: 14px">${escapedHtml(why)}${links
    .map(({ text, url }) => ` <a href="${escapedHtml(url)}">${escapedHtml(text)}</a>.`)
    .join('')}</p>`

const textOfFooter = ({ why, links }: Footer): string =>
  `-- \n${why}\n${links.map(({ text, url }) => `${text}: ${url}\n`).join('')}`

/** The body of a newsletter. */
export interface MailBody {
  html: string
  plain: string
}

interface Mail {
  language: string
  subject: string
  lines: readonly Line[]
  /** Behind the lines: the body of a newsletter, HTML that is safe, and the same as plain text. */
  body?: MailBody | undefined
  footer: Footer
}

const textOfLine = ({ heading, title, quote, note, url }: Line): string =>
  [
    ...(heading === undefined ? [] : [`${heading}\n${'='.repeat(heading.length)}\n`]),
    title,
    ...(note === undefined ? [] : [note]),
    ...(quote === null ? [] : ['', quote]),
    '',
    url,
  ].join('\n')

/** The two forms of a mail. */
export const mailBodies = ({
  language,
  subject,
  lines,
  body,
  footer,
}: Mail): { text: string; html: string } => ({
  text: `${[...lines.map(textOfLine), ...(body === undefined ? [] : [body.plain])].join('\n\n')}\n\n${textOfFooter(footer)}`,
  html: page(
    language,
    subject,
    [
      ...lines.map(htmlOfLine),
      ...(body === undefined ? [] : [`<div dir="auto">\n${body.html}\n</div>`]),
      htmlOfFooter(footer),
    ].join('\n'),
  ),
})
