import type { IncomingMessage } from 'node:http'

/** A person opens a page or sends a form; feeds, assets and API reads need no cookie. */
export const isNavigation = ({ headers: { accept } }: Pick<IncomingMessage, 'headers'>): boolean =>
  (accept ?? '').includes('text/html')
