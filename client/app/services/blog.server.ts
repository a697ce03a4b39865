import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { createContext } from 'react-router'
import type { Painter } from '../../pictures/painter.ts'
import type { SettingsCopy } from './settings.server.ts'

interface Surroundings {
  /** Where browsers find the blog, without a path. */
  publicUrl: string
  urls: {
    query: string
    posts: string
    comments: string
    moderation: string
    accounts: string
    notifications: string
    media: string
  }
}

/** What every loader and action works with. `nonce` names the scripts of this answer. */
export interface Blog extends Surroundings {
  settings: SettingsCopy
  renderer: Renderer
  painter: Painter
  nonce: string
  /** The address of the script of pages that are read. */
  readerScript: string
  /** The page is not rendered again, whatever has changed. */
  isLastTry: boolean
}

export const blogContext = createContext<Blog>()
