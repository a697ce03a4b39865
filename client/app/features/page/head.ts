import { mediaPictureOf, previewOf } from '@logbook/contracts/media-address.ts'
import type { MetaDescriptor } from 'react-router'

/** The preview picture of a page. */
export interface HeadImage {
  /** Absolute, or a path below `publicUrl`. */
  address: string
  /** What it shows; may be empty. */
  alt: string
  type?: string
  /** In pixels, where they are known. */
  width?: number
  height?: number
}

/** A page's metadata for search engines and link previews. */
export interface HeadParts {
  /** The page's own title. */
  title: string
  description: string
  /** The blog's public address, such as `https://blog.example`. */
  publicUrl: string
  /** The page's canonical path, below `publicUrl`. */
  path: string
  blogTitle: string
  image?: HeadImage | null
  article?: Article | undefined
  /** What Open Graph calls it, where it is no article; `website` unless told otherwise. */
  type?: 'profile'
}

/** Metadata of posts, in addition to that of every page. */
export interface Article {
  /** RFC 3339. */
  publishedAt: string
  modifiedAt: string
  authorName: string | null
  /** The path of the author's page. */
  authorPath: string | null
  tags: readonly string[]
  commentCount: number
  language: string
}

const absolute = (address: string, publicUrl: string): string => new URL(address, publicUrl).href

interface Person {
  name: string
  /** The page of what they wrote, absolute. */
  url: string | undefined
}

const personOf = ({ name, url }: Person) => ({ '@type': 'Person', name, ...(url && { url }) })

/** schema.org data of an author page. */
export const profileOf = (person: Person): MetaDescriptor => ({
  'script:ld+json': {
    '@context': 'https://schema.org',
    '@type': 'ProfilePage',
    mainEntity: personOf(person),
  },
})

/** schema.org data of a post and its breadcrumbs. */
const postingOf = (parts: HeadParts, article: Article, image: string | undefined): MetaDescriptor[] => {
  const { title, description, publicUrl, path, blogTitle } = parts
  const { publishedAt, modifiedAt, authorName, authorPath, tags, commentCount, language } = article
  const url = absolute(path, publicUrl)
  const home = absolute('/', publicUrl)
  const author = authorPath === null ? undefined : absolute(authorPath, publicUrl)
  const posting = {
    '@context': 'https://schema.org',
    '@type': 'BlogPosting',
    headline: title,
    description,
    url,
    mainEntityOfPage: url,
    datePublished: publishedAt,
    dateModified: modifiedAt,
    inLanguage: language,
    commentCount,
    isPartOf: { '@type': 'Blog', name: blogTitle, url: home },
    ...(authorName === null ? {} : { author: personOf({ name: authorName, url: author }) }),
    ...(image === undefined ? {} : { image }),
    ...(tags.length === 0 ? {} : { keywords: tags.join(', ') }),
  }
  const steps = [
    { '@type': 'ListItem', position: 1, name: blogTitle, item: home },
    { '@type': 'ListItem', position: 2, name: title, item: url },
  ]
  const way = { '@context': 'https://schema.org', '@type': 'BreadcrumbList', itemListElement: steps }
  return [
    { property: 'article:published_time', content: publishedAt },
    { property: 'article:modified_time', content: modifiedAt },
    ...(authorName === null
      ? []
      : [
          { property: 'article:author', content: author ?? authorName },
          { name: 'author', content: authorName },
        ]),
    ...(author === undefined ? [] : [{ tagName: 'link', rel: 'author', href: author }]),
    ...tags.map((tag) => ({ property: 'article:tag', content: tag })),
    { 'script:ld+json': posting },
    { 'script:ld+json': way },
  ]
}

/** The picture of a post without a cover; pictures/layout.ts has its size. */
export const pictureFor = (path: string | null, title: string): HeadImage | null =>
  path === null ? null : { address: path, alt: title, type: 'image/png', width: 1_200, height: 630 }

/** A cover: of the blog's own media, the crop that is made for previews. */
export const coverFor = (address: string, alt: string): HeadImage => {
  const picture = mediaPictureOf(address)
  return picture === undefined ? { address, alt } : { ...previewOf(picture), alt }
}

const pictureHead = (
  { address, alt, type, width, height }: HeadImage,
  publicUrl: string,
): MetaDescriptor[] => {
  const said = { type, width, height, alt: alt || undefined }
  return [
    { property: 'og:image', content: absolute(address, publicUrl) },
    ...Object.entries(said).flatMap(([name, value]) =>
      value === undefined ? [] : [{ property: `og:image:${name}`, content: String(value) }],
    ),
    ...(alt ? [{ name: 'twitter:image:alt', content: alt }] : []),
  ]
}

/** Description, Open Graph, the card of a preview and, for a post, schema.org's data. */
export const headOf = (parts: HeadParts): MetaDescriptor[] => {
  const { title, description, publicUrl, path, blogTitle, article, type = 'website' } = parts
  const image = parts.image ? absolute(parts.image.address, publicUrl) : undefined
  return [
    { name: 'description', content: description },
    { property: 'og:site_name', content: blogTitle },
    { property: 'og:type', content: article ? 'article' : type },
    { property: 'og:title', content: title },
    { property: 'og:description', content: description },
    { property: 'og:url', content: absolute(path, publicUrl) },
    ...(parts.image ? pictureHead(parts.image, publicUrl) : []),
    { name: 'twitter:card', content: image === undefined ? 'summary' : 'summary_large_image' },
    ...(article ? postingOf(parts, article, image) : []),
  ]
}
