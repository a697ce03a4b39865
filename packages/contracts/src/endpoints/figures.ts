import { type Endpoint, type Endpoints, json, readHeaders } from '../http/endpoint.ts'
import { figures, figuresQuery } from '../http/figures.ts'

const ofWriters = {
  access: ['author', 'moderator', 'owner'],
  under: '/api',
  headers: readHeaders,
  query: figuresQuery,
} as const satisfies Partial<Endpoint>

const details =
  'Authors get the figures of their own posts; moderators and owners of all. Posts that are not published now are left out.'

/** How often posts were opened, as rows of the endpoints of query. */
export const figuresRows = {
  'GET /figures': {
    ...ofWriters,
    id: 'readFigures',
    summary: 'How often posts were opened in a period, by day, by post and by referrer',
    details,
    answers: { '200': json(figures, 'The figures of all posts together.') },
    refusals: ['invalid'],
  },
  'GET /figures/:id': {
    ...ofWriters,
    id: 'readFiguresOfPost',
    summary: 'How often one post was opened in a period',
    details,
    answers: { '200': json(figures, 'The figures of this post.') },
    refusals: ['invalid', 'not-found'],
  },
} as const satisfies Endpoints
