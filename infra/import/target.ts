import {
  ConfigError,
  operatorTokenOf,
  operatorTokenSettings,
  parseConfig,
  setting,
} from '@logbook/chassis/start/config.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { serviceToken } from '../run/service-tokens.ts'
import { addressOf } from '../run/services.ts'
import { readPlace } from '../run/settings.ts'
import type { DecisionUrls } from './send/decisions.ts'
import type { SettingsUrls } from './send/settings.ts'

/** Where the services answer, each without a closing slash: posts and comments take imports, media pictures, query says which posts are there. */
export interface TargetUrls {
  posts: string
  comments: string
  media: string
  query: string
  settings: SettingsUrls
  decisions: Required<DecisionUrls>
}

export interface TargetOptions {
  /** The public address of a blog. */
  url?: string | undefined
  postsUrl?: string | undefined
  commentsUrl?: string | undefined
  mediaUrl?: string | undefined
  queryUrl?: string | undefined
  moderationUrl?: string | undefined
}

export interface Target {
  urls: TargetUrls
  /** What the services let the import in by. Throws ConfigError where it is not set. */
  token(): string
}

type Env = Readonly<Record<string, string | undefined>>

/** The paths of the gateway at which an owner imports. */
const throughGateway = (url: string): TargetUrls => {
  const base = url.replace(/\/+$/, '')
  return {
    ...{ posts: `${base}/api/posts`, comments: `${base}/api/comments`, query: `${base}/api` },
    media: `${base}/api`,
    settings: {
      read: `${base}/api/author/settings`,
      write: `${base}/api/settings`,
      history: `${base}/api/settings/history`,
    },
    decisions: { rules: `${base}/api/moderation/rules`, media: `${base}/api/media/settings` },
  }
}

/** The services as told, else where `npm start` has them with the same `LOGBOOK_` settings. */
const straight = (options: TargetOptions, env: Env): TargetUrls => {
  const place = readPlace(env)
  const { postsUrl, commentsUrl, mediaUrl, queryUrl, moderationUrl } = options
  const { POSTS_URL, COMMENTS_URL, MEDIA_URL, QUERY_URL, MODERATION_URL } = parseConfig(
    {
      POSTS_URL: setting.url(addressOf('posts', place)),
      COMMENTS_URL: setting.url(addressOf('comments', place)),
      MEDIA_URL: setting.url(addressOf('media', place)),
      QUERY_URL: setting.url(addressOf('query', place)),
      MODERATION_URL: setting.url(addressOf('moderation', place)),
    },
    {
      POSTS_URL: postsUrl ?? env.POSTS_URL,
      COMMENTS_URL: commentsUrl ?? env.COMMENTS_URL,
      MEDIA_URL: mediaUrl ?? env.MEDIA_URL,
      QUERY_URL: queryUrl ?? env.QUERY_URL,
      MODERATION_URL: moderationUrl ?? env.MODERATION_URL,
    },
  )
  const read = `${POSTS_URL}/settings`
  return {
    ...{ posts: POSTS_URL, comments: COMMENTS_URL, media: MEDIA_URL, query: QUERY_URL },
    settings: { read, write: read, history: `${read}/history` },
    decisions: { rules: `${MODERATION_URL}/rules`, media: `${MEDIA_URL}/media/settings` },
  }
}

const ownersToken = (env: Env): string => {
  const token = env.LOGBOOK_TOKEN?.trim() ?? ''
  if (token === '')
    throw new ConfigError(
      'LOGBOOK_TOKEN is not set: --url needs an API token of an owner, which /account makes there, for posts, comments, media and moderation.',
    )
  return token
}

/** The blog that an import goes to: by its public address with an API token, else its services with the operator's token. */
export const targetOf = (options: TargetOptions, env: Env): Target =>
  options.url === undefined
    ? {
        urls: straight(options, env),
        token: () =>
          operatorTokenOf(parseConfig(operatorTokenSettings, env)) ??
          serviceToken(operator, readPlace(env).dataFolder),
      }
    : { urls: throughGateway(options.url), token: () => ownersToken(env) }
