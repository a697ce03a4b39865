import { createContext } from 'react-router'
import { createRendered, type Rendered } from './rendered.server.ts'

export interface BlogSettings {
  title: string
  commentsFrom: 'guests' | 'members' | 'nobody'
  urls: { query: string; posts: string; comments: string; moderation: string; accounts: string }
}

/** What every loader and action works with. `nonce` is this answer's alone. */
export interface Blog extends BlogSettings {
  rendered: Rendered
  nonce: string
}

export const createBlog = (settings: BlogSettings): Omit<Blog, 'nonce'> => ({
  ...settings,
  rendered: createRendered(),
})

export const blogContext = createContext<Blog>()
