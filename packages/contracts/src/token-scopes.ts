/** The services that an API token can be limited to. */
export const tokenScopes = ['posts', 'comments', 'moderation', 'query', 'accounts', 'media'] as const
