import { describe, expect, it } from 'vitest'
import { endpointOf } from '../../src/webmention/endpoint.ts'

const url = 'https://other.example/posts/1?page=2'
const html = (inner: string) => `<!doctype html><html><head></head><body>${inner}</body></html>`

const cases: readonly (readonly [string, { link?: string; html?: string }, string | undefined])[] = [
  ['a Link header without quotes and with a relative address', { link: '</one>; rel=webmention' }, '/one'],
  [
    'a Link header with an absolute address',
    { link: '<https://b.example/x>; rel=webmention' },
    'https://b.example/x',
  ],
  ['a <link> with a relative address', { html: '<link rel="webmention" href="/two">' }, '/two'],
  [
    'a <link> with an absolute address',
    { html: '<link rel="webmention" href="https://b.example/y">' },
    'https://b.example/y',
  ],
  ['an <a> with a relative address', { html: '<p><a href="/three" rel="webmention">here</a></p>' }, '/three'],
  [
    'an <a> with an absolute address',
    { html: '<a href="https://b.example/z" rel="webmention">x</a>' },
    'https://b.example/z',
  ],
  ['a rel in quotes in the header', { link: '</four>; rel="webmention"' }, '/four'],
  [
    'several values of rel in a <link>',
    { html: '<link rel="me webmention somethingelse" href="/five">' },
    '/five',
  ],
  ['several values of rel in the header', { link: '</six>; rel="webmention somethingelse"' }, '/six'],
  [
    'several links in one header',
    { link: '<https://b.example/o>; rel="other", </seven>; rel="webmention"' },
    '/seven',
  ],
  [
    'a comma and a semicolon within an address and a value',
    { link: '</a,b;c>; title="x, <y>; rel=webmention"; rel=next, </eight>; rel=webmention' },
    '/eight',
  ],
  ['a name of the parameter in capitals', { link: '</nine>; REL="WebMention"' }, '/nine'],
  [
    'several ways at once, of which the header counts',
    {
      link: '</ten>; rel=webmention',
      html: '<link rel="webmention" href="/wrong"><a rel="webmention" href="/wrong">x</a>',
    },
    '/ten',
  ],
  [
    'a <link> and an <a>, of which the first counts',
    { html: '<a rel="webmention" href="/eleven">x</a><link rel="webmention" href="/wrong">' },
    '/eleven',
  ],
  [
    'an empty address, which is the page itself',
    { html: '<link rel="webmention" href="">' },
    '/posts/1?page=2',
  ],
  [
    'an address with a query of its own',
    { html: '<link rel="webmention" href="?query=yes">' },
    '/posts/1?query=yes',
  ],
  [
    'an address below <base>',
    { html: '<base href="https://b.example/deep/"><link rel="webmention" href="in">' },
    'https://b.example/deep/in',
  ],
  ['entities in an address', { html: '<link rel="webmention" href="/e?a=1&amp;b=2">' }, '/e?a=1&b=2'],
  [
    'a <link> in a comment',
    { html: '<!-- <link rel="webmention" href="/wrong"> --><a href="/right" rel="webmention">x</a>' },
    '/right',
  ],
  [
    'a <link> in a script and in a text area',
    {
      html: '<script>"<link rel=webmention href=/wrong>"</script><textarea><a rel=webmention href=/wrong></textarea>',
    },
    undefined,
  ],
  ['an escaped tag', { html: '&lt;a href="/wrong" rel="webmention"&gt;' }, undefined],
  [
    'another rel that has the word within it',
    { html: '<link rel="not-webmention" href="/wrong">', link: '</wrong>; rel="webmention-x"' },
    undefined,
  ],
  [
    'a <link> without an address',
    { html: '<link rel="webmention"><a href="/right" rel="webmention">x</a>' },
    '/right',
  ],
  ['an address of another kind', { html: '<link rel="webmention" href="javascript:alert(1)">' }, undefined],
  ['a malformed header', { link: 'webmention' }, undefined],
]

describe('the endpoint that a page advertises', () => {
  it.each(cases)('is found by %s', (_, { link, html: inner }, expected) => {
    const found = endpointOf({ url, link, html: inner === undefined ? '' : html(inner) })
    expect(found).toBe(expected === undefined ? undefined : new URL(expected, url).href)
  })

  it('is not looked for in a megabyte of tags longer than it takes to read them', () => {
    expect(endpointOf({ url, link: undefined, html: '<a rel=x '.repeat(100_000) })).toBeUndefined()
    expect(endpointOf({ url, link: '<a>;x;'.repeat(10_000), html: '' })).toBeUndefined()
  })
})
