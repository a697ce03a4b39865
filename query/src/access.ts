import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'

const caretakers: readonly Grant[] = ['owner', 'operator']

/** Who may call what of query: what it shows is the public's, and building it anew is for who looks after the blog. */
export const access = accessTable({
  'GET /posts': ['anyone'],
  'GET /posts/:idOrSlug': ['anyone'],
  'GET /posts/:idOrSlug/thread': ['anyone'],
  'GET /comments/:id/history': ['anyone'],
  'GET /former-addresses': ['anyone'],
  'GET /tags': ['anyone'],
  'GET /authors': ['anyone'],
  'GET /search': ['anyone'],
  'GET /changes': ['anyone'],
  // By these the gateway tells all who watch; they say no more than `/changes` does.
  'GET /changes/missed': ['anyone'],
  'GET /changes/feed': ['anyone'],
  // By this the gateway learns which cached answers are still valid.
  'GET /validity': ['anyone'],
  // By this the gateway learns which pages hold nothing of a reader's own.
  'GET /marks': ['reader', 'author', 'moderator', 'owner'],
  'GET /archive': ['anyone'],
  'GET /settings': ['anyone'],
  'GET /feed.xml': ['anyone'],
  'GET /atom.xml': ['anyone'],
  'GET /feed.json': ['anyone'],
  'GET /sitemap.xml': ['anyone'],
  'GET /robots.txt': ['anyone'],
  'GET /rebuild': caretakers,
  'POST /rebuild': caretakers,
  'DELETE /rebuild': caretakers,
  'POST /rebuild/swap': caretakers,
  'POST /rebuild/rollback': caretakers,
  'GET /metrics': ['operator', 'metrics'],
})
