/** The query of a page of a list: only the parameters that concern it. */
export const pageQuery = ({ request, limit }: { request: Request; limit: number }): URLSearchParams => {
  const query = new URLSearchParams({ limit: String(limit) })
  const cursor = new URL(request.url).searchParams.get('cursor')
  if (cursor) query.set('cursor', cursor)
  return query
}
