import type { DiffBlock, DiffPart, PostDiff } from '@logbook/contracts/http/post-history.ts'
import { counted } from '@logbook/contracts/words.ts'

const fieldNames = {
  title: 'Title',
  slug: 'Address',
  excerpt: 'Excerpt',
  kind: 'Kind',
  cover: 'Cover picture',
  coverAlt: 'What the cover shows',
  commentsClosed: 'Comments',
  publishAt: 'To be published at',
  tags: 'Tags',
  status: 'State',
} as const

/** A text with what went and what came, in the elements that say so. */
const Part = ({ part: { kind, text } }: { part: DiffPart }) => {
  if (kind === 'removed') return <del>{text}</del>
  return kind === 'added' ? <ins>{text}</ins> : text
}

const Parts = ({ parts }: { parts: readonly DiffPart[] }) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one difference never change places
  parts.map((part, index) => <Part key={index} part={part} />)

const Block = ({ block }: { block: DiffBlock }) => {
  switch (block.kind) {
    case 'skipped':
      return <p className="diff-skipped">{counted(block.lines, 'line')} as before</p>
    case 'same':
      return (
        <div className="diff-lines" dir="auto">
          {block.text}
        </div>
      )
    case 'changed':
      return (
        <div className="diff-lines" data-changed="" dir="auto">
          <Parts parts={block.parts} />
        </div>
      )
    default:
      return block satisfies never
  }
}

const Tags = ({ parts }: { parts: readonly DiffPart[] }) => (
  <ul className="tags">
    {parts.map((part) => (
      <li key={`${part.kind} ${part.text}`} dir="auto">
        <Part part={part} />
      </li>
    ))}
  </ul>
)

/** What changed between two versions, as a text that can be read. */
export const Difference = ({ diff: { fields, content } }: { diff: PostDiff }) => {
  if (fields.length === 0 && content.length === 0)
    return <p className="quiet">These two versions are the same.</p>
  return (
    <div className="diff">
      {fields.length === 0 ? null : (
        <dl>
          {fields.map(({ field, parts }) => (
            <div key={field}>
              <dt>{fieldNames[field]}</dt>
              <dd dir="auto">{field === 'tags' ? <Tags parts={parts} /> : <Parts parts={parts} />}</dd>
            </div>
          ))}
        </dl>
      )}
      {content.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one difference never change places
        <Block key={index} block={block} />
      ))}
    </div>
  )
}
