/** A thread of an export of Disqus; `more` is put in as it is. */
export const threadXml = (id: number, link: string, more = '<isClosed>false</isClosed>') =>
  `<thread dsq:id="${id}"><id>x${id}</id><forum>tides</forum><link>${link}</link><title>T</title><message />
  <createdAt>2012-01-01T00:00:00Z</createdAt><author><email>a@old.example</email><name>Ann</name></author>${more}</thread>`

export interface MadeDisqusComment {
  id: number
  of?: number
  parent?: number
  text?: string
  more?: string
  name?: string
  date?: string
}

export const postXml = ({
  id,
  of = 1,
  parent,
  text = `Said ${id}`,
  more = '',
  name = 'Bea',
  date,
}: MadeDisqusComment) =>
  `<post dsq:id="${id}"><id>wp_id=${id}</id><message><![CDATA[<p>${text}</p>]]></message>
  <createdAt>${date ?? `2012-02-03T04:05:${String(id).padStart(2, '0')}Z`}</createdAt>${more}
  <author><email>b@old.example</email><name>${name}</name><isAnonymous>true</isAnonymous><username>bea77</username></author>
  <ipAddress>203.0.113.9</ipAddress><thread dsq:id="${of}" />${parent === undefined ? '' : `<parent dsq:id="${parent}" />`}</post>`

export const disqusXml = (...inside: string[]) => `<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="5"><forum>tides</forum><title>General</title></category>
${inside.join('\n')}
</disqus>
`
