import { createContext } from 'react'
import { redirectDocument } from 'react-router'

/** The script of a page: the application, or the small script of reading pages. */
export type PageScripts =
  | {
      kind: 'application' /** Allows scripts in this answer's policy; undefined in the browser. */
      nonce?: string
    }
  | { kind: 'reader'; file: string }

/** In the browser React runs in pages of the application alone. */
export const ScriptsContext = createContext<PageScripts>({ kind: 'application' })

/** The `handle` of routes whose pages are complete HTML that `client/reader` enhances: React never runs in them. */
export const reading = { isReading: true } as const

/** Whether a route of a match has that handle. */
export const isReading = ({ handle }: { handle?: unknown }): boolean => handle === reading

/** The `clientLoader` of these routes: the application navigates to them by loading a document. */
export const leave = ({ request }: { request: Request }): never => {
  throw redirectDocument(request.url)
}
