import { hash } from 'node:crypto'
import { renderToStaticMarkup } from 'react-dom/server'
import { accentPath } from '../page/accent.ts'
import { ThemeColour } from '../page/theme-colour.tsx'
import styles from './offline.css?url'

interface Blog {
  title: string
  language: string
  accent: string | null
}

const digestChars = 16

/** The page is shown at the address that could not be loaded. */
const sameAddress = ''

const OfflinePage = ({ title, language, accent }: Blog) => (
  <html lang={language}>
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <ThemeColour chosen={undefined} />
      <title>{`No connection · ${title}`}</title>
      <meta name="description" content={`What ${title} shows where there is no connection.`} />
      <meta name="robots" content="noindex" />
      <link rel="stylesheet" href={styles} />
      {accent ? <link rel="stylesheet" href={accentPath(accent)} /> : null}
    </head>
    <body>
      <header className="name">
        <bdi>{title}</bdi>
      </header>
      <main lang="en">
        <p className="mark">offline</p>
        <h1>There is no connection</h1>
        <p>
          The page could not be loaded. Check whether this device is connected, then try again. A comment that
          you have typed is kept in this browser.
        </p>
        <p>
          <a href={sameAddress}>Try again</a>
        </p>
      </main>
    </body>
  </html>
)

/** The page that a browser keeps for when there is no connection, complete: it names no reader and loads no script. */
export const offlineHtml = (blog: Blog): string =>
  `<!DOCTYPE html>${renderToStaticMarkup(<OfflinePage {...blog} />)}`

let latest: { of: string; digest: string } | undefined

/** Names what the page is like now: browsers that keep one which is named otherwise fetch it again. */
export const offlineDigest = ({ title, language, accent }: Blog): string => {
  const of = JSON.stringify([title, language, accent])
  if (latest?.of !== of) {
    const digest = hash('sha256', offlineHtml({ title, language, accent }), 'base64url').slice(0, digestChars)
    latest = { of, digest }
  }
  return latest.digest
}
