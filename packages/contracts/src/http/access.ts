import { operator } from '../identity.ts'
import type { Grant } from './endpoint.ts'

/** Services by name, each by its own token. */
export const services = (names: readonly string[]): readonly Grant[] =>
  names.map((name) => `service:${name}` as const)
/** Callers by what they do, for the `access` of endpoints. */
export const anyone: readonly Grant[] = ['anyone']
export const people: readonly Grant[] = ['reader', 'author', 'moderator', 'owner']
/** People and guests. */
export const knownReaders: readonly Grant[] = ['guest', ...people]
export const writers: readonly Grant[] = ['author', 'owner']
export const moderators: readonly Grant[] = ['moderator', 'owner']
/** Those who write posts, for the comments on their own, and moderators. */
export const curators: readonly Grant[] = ['author', ...moderators]
/** Who runs the blog. */
export const owners: readonly Grant[] = ['owner', operator]
/** The services that a bus knows, and the operator, who also manages it. */
export const busServices: readonly Grant[] = ['service:*', operator]
export const busManagers: readonly Grant[] = [operator]
