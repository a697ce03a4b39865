import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { createContext } from 'react-router'

interface BlogSettings {
  title: string
  commentsFrom: 'guests' | 'members' | 'nobody'
  urls: { query: string; posts: string; comments: string; moderation: string; accounts: string }
}

/** What every loader and action works with. `nonce` is this answer's alone. */
export interface Blog extends BlogSettings {
  renderer: Renderer
  nonce: string
}

export const blogContext = createContext<Blog>()
