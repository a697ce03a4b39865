import '../posts/post.css'
import '../posts/code.css'
import { useEffect, useState } from 'react'
import type { Draft } from './draft.ts'
import { ShownCover } from './shown-cover.tsx'

const pauseMs = 120

/** The post as readers will see it, a moment after each pause in typing. What renders it is loaded when it is first wanted. */
export const Preview = ({ draft: { title, content, cover = '', coverAlt = '' } }: { draft: Draft }) => {
  const [html, setHtml] = useState('')
  useEffect(() => {
    let isCurrent = true
    const timer = setTimeout(async () => {
      const { renderPost } = await import('@logbook/markdown/post.ts')
      if (isCurrent) setHtml(renderPost(content).html)
    }, pauseMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [content])
  return (
    <section className="post composer-preview" aria-label="Preview">
      <header className="post-head">
        <h2 className="preview-title" dir="auto">
          {title || 'Untitled'}
        </h2>
        <ShownCover address={cover} alt={coverAlt} className="cover" />
      </header>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: packages/markdown sanitises it */}
      <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
    </section>
  )
}
