import './post.css'
import './code.css'
import { Link } from 'react-router'
import { Moment } from '../page/moment.tsx'
import { useViewer } from '../page/viewer.ts'
import { useAsOf } from '../past/as-of.ts'
import { Author } from './author.tsx'
import { Beside, type BesidePost } from './beside.tsx'
import { Cover } from './cover.tsx'
import { isWriterOf } from './is-writer.ts'
import type { loadPage } from './page.server.ts'
import { type Quote, Quotes } from './quotes.tsx'
import { Tags } from './tags.tsx'

type PostOfPage = Awaited<ReturnType<typeof loadPage>>['post']

const headingsWorthContents = 3
const dayMs = 86_400_000

/** Folded above the text; post.css shows all of it in the margin. */
const Contents = ({ headings }: Pick<PostOfPage, 'headings'>) =>
  headings.length < headingsWorthContents ? null : (
    <nav className="contents" aria-labelledby="contents-title">
      <details>
        <summary>
          <h2 id="contents-title">Contents</h2>
        </summary>
        <ol>
          {headings.map(({ id, text, depth }) => (
            <li key={id} className={`level-${depth}`}>
              <a href={`#${id}`} dir="auto">
                {text}
              </a>
            </li>
          ))}
        </ol>
      </details>
    </nav>
  )

/** The links to edit and history, above the text, so that authors find them without scrolling. */
const Own = ({ id, isPast }: { id: string; isPast: boolean }) => (
  <>
    <Link to={`/write/${id}/history`}>History</Link>
    {isPast ? null : <Link to={`/write/${id}`}>Edit</Link>}
  </>
)

const Dateline = ({ post }: { post: PostOfPage }) => {
  const isEdited = Date.parse(post.updatedAt) - Date.parse(post.publishedAt) > dayMs
  return (
    <>
      <Moment at={post.publishedAt} />
      {post.authorName ? <Author name={post.authorName} picture={post.authorPicture} /> : null}
      <span>{post.readingMinutes} min</span>
      {isEdited ? <Moment at={post.updatedAt} prefix="edited " /> : null}
    </>
  )
}

interface PostArticleProps {
  post: PostOfPage
  beside: BesidePost
  quotes: readonly Quote[]
}

/** A post for reading; from 1100 pixels on, its contents and the quotes from its comments are in the margins. */
export const PostArticle = ({ post, beside, quotes }: PostArticleProps) => {
  const viewer = useViewer()
  const isPast = useAsOf() !== null
  const mayEdit = viewer?.role === 'owner' || isWriterOf(post, viewer)
  return (
    <article className="post" data-version={post.version}>
      <header className="post-head">
        {post.kind === 'post' || mayEdit ? (
          <p className="dateline">
            {post.kind === 'post' ? <Dateline post={post} /> : null}
            {mayEdit ? <Own id={post.id} isPast={isPast} /> : null}
          </p>
        ) : null}
        <h1 dir="auto">{post.title}</h1>
      </header>
      {post.cover ? (
        <Cover
          {...{ address: post.cover, alt: post.coverAlt, className: 'cover', loads: 'first' }}
          {...{ sizes: '(min-width: 44rem) 40rem, 100vw', plainWidthMax: 1_280 }}
          ratio={{ width: 3, height: 2 }}
        />
      ) : null}
      <Contents headings={post.headings} />
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it */}
      <div className="prose" dir="auto" dangerouslySetInnerHTML={{ __html: post.html }} />
      <Quotes slug={post.slug} quotes={quotes} />
      <footer className="post-foot">
        <Tags tags={post.tags} />
      </footer>
      <Beside {...beside} />
    </article>
  )
}
