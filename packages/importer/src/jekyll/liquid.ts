import type { Remark } from '../remark.ts'
import { codeRegions, cutsCode } from './code-regions.ts'
import { addressOf, type LiquidContext, output } from './liquid-addresses.ts'
import { findLiquid, type LiquidTag, readParameters } from './liquid-tags.ts'
import { hideRaw, highlightsToElements, highlightsToFences, reveal, standInsFor } from './verbatim.ts'

/** A block that is open while its inside is being written. */
interface Frame {
  tag: LiquidTag | undefined
  out: string
}

const withBlankLine = (out: string): string =>
  out === '' || out.endsWith('\n\n') ? out : `${out.trimEnd()}\n\n`
const trimLines = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()

const quote = (inside: string): string => {
  const lines = trimLines(inside).split('\n')
  const written = lines.filter((line) => line.trim() !== '')
  const indent = Math.min(3, ...written.map((line) => line.length - line.trimStart().length))
  const margin = ' '.repeat(indent)
  return lines.map((line) => `${margin}> ${line.slice(indent)}`.trimEnd()).join('\n')
}

const image = (parameters: ReadonlyMap<string, string>): string | undefined => {
  const source = ['image_path', 'image', 'src', 'path', 'file', 'url']
    .map((key) => parameters.get(key))
    .find(Boolean)
  if (source === undefined || !/\.(?:jpe?g|png|gif|webp|avif|svg)$/i.test(source)) return undefined
  const caption = parameters.get('caption') ?? ''
  const picture = `![${parameters.get('alt') ?? ''}](${source.replaceAll(' ', '%20')})`
  return caption === '' ? picture : `${picture}\n\n${caption}`
}

/** Octopress' `{% img left /a.png 100 200 A gull %}`: classes, an address, a size, words. */
const octopressImage = (args: string): string | undefined => {
  const [, source, words = ''] =
    /^(?:[\w-]+[ \t]+)*?((?:https?:\/\/|\/)\S+)(?:[ \t]+\d+){0,2}[ \t]*(.*)$/.exec(args) ?? []
  const [, title = words] = /^["']([^"']*)["']/.exec(words) ?? []
  return source === undefined ? undefined : `![${title.replace(/[[\]]/g, '\\$&')}](${source})`
}

const video = (provider: string, id: string): string => {
  if (/^https?:\/\/[^\s<>]+$/.test(id)) return `<${id}>`
  const list = /[?&]list=([\w-]+)/.exec(id)?.[1]
  if (list !== undefined) return `[Videos on YouTube](https://www.youtube.com/playlist?list=${list})`
  const plain = /^[\w-]+/.exec(id)?.[0]
  if (plain === undefined) return ''
  if (provider === 'vimeo') return `[Video on Vimeo](https://vimeo.com/${plain})`
  return `[Video on YouTube](https://www.youtube.com/watch?v=${plain})`
}

const firstWord = (args: string): string => (/^\S+/.exec(args)?.[0] ?? '').replace(/^["']|["']$/g, '')

const inclusion = (args: string, remark: Remark): string => {
  const parameters = readParameters(args)
  const id = parameters.get('id')
  if (id !== undefined && /video|youtube|vimeo/.test(firstWord(args)))
    return video(parameters.get('provider') ?? (firstWord(args).includes('vimeo') ? 'vimeo' : ''), id)
  const picture = image(parameters)
  if (picture === undefined)
    remark('had {% include %}: what it included is not part of the text and was left out')
  return picture ?? ''
}

/** What a tag that stands alone says in Markdown; nothing where only Jekyll could say it. */
const inPlace = ({ name, args }: LiquidTag, context: LiquidContext, remark: Remark): string => {
  switch (name) {
    case 'youtube':
    case 'vimeo':
      return video(name, firstWord(args))
    case 'gist':
      return /^[\w/-]+$/.test(firstWord(args)) ? `<https://gist.github.com/${firstWord(args)}>` : ''
    case 'post_url': {
      const key = context.keyOfPost(firstWord(args))
      if (key === undefined) remark('links to a post that is not in the folder')
      return key === undefined ? '' : addressOf(key)
    }
    case 'link': {
      const key = context.keyOfFile(firstWord(args))
      if (key !== undefined) return addressOf(key)
      remark('links to a file that was not imported')
      const path = firstWord(args).replace(/^\/?_?/, '')
      return `${context.site.base}/${path.replace(/\.(?:md|markdown|html?)$/, '')}`
    }
    case 'include':
    case 'include_cached':
    case 'include_relative':
      return inclusion(args, remark)
    case 'img':
    case 'image':
    case 'picture':
      return image(readParameters(args)) ?? octopressImage(args) ?? ''
    case 'assign':
    case 'increment':
    case 'decrement':
    case 'raw':
    case 'endraw':
      return ''
    default:
      remark(`had {% ${name} %}, which only Jekyll can fill in; it was left out`)
      return ''
  }
}

const blocks = new Set(['figure', 'notice', 'comment', 'for', 'tablerow', 'capture'])

/** A block's inside as Markdown, once its end is known. */
const closeBlock = ({ name, args }: LiquidTag, inside: string, remark: Remark): string => {
  switch (name) {
    case 'notice':
      return `${quote(inside)}\n`
    case 'figure': {
      const caption = readParameters(args).get('caption') ?? ''
      return `${trimLines(inside)}\n${caption === '' ? '' : `\n${caption}\n`}`
    }
    case 'for':
    case 'tablerow':
      remark('had a list that Jekyll makes by itself; it was left out')
      return ''
    default:
      return ''
  }
}

/** The tag with the whole of its line where nothing else stands on it, so that taking it away leaves no gap. */
const lineOf = (text: string, tag: LiquidTag): { start: number; end: number; alone: boolean } => {
  const before = /(?:^|\n)[ \t]*$/.exec(text.slice(Math.max(0, tag.start - 200), tag.start))
  const after = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(tag.end, tag.end + 200))
  if (before === null || after === null) return { start: tag.start, end: tag.end, alone: false }
  const margin = before[0].replace('\n', '').length
  return { start: tag.start - margin, end: tag.end + after[0].length, alone: true }
}

class Writer {
  readonly #frames: Frame[] = [{ tag: undefined, out: '' }]
  /** Whether a block has just been written, so that a blank line has to follow. */
  #closed = false
  readonly #remark: Remark

  constructor(remark: Remark) {
    this.#remark = remark
  }

  add(text: string): void {
    const frame = this.#frames.at(-1)
    if (frame === undefined || text === '') return
    const gap = this.#closed && !/^[ \t]*\n/.test(text) ? '\n' : ''
    this.#closed = false
    frame.out += gap + text
  }

  open(tag: LiquidTag): void {
    this.#frames.push({ tag, out: '' })
  }

  /** Closes the nearest block of that name; blocks left open within it are as if never begun. False where there is none. */
  close(name: string): boolean {
    if (!this.#frames.some(({ tag }) => tag?.name === name)) return false
    for (;;) {
      const frame = this.#frames.pop()
      const parent = this.#frames.at(-1)
      if (frame?.tag === undefined || parent === undefined) return false
      if (frame.tag.name !== name) parent.out += frame.out
      else {
        const written = closeBlock(frame.tag, frame.out, this.#remark)
        if (written !== '') {
          parent.out = `${withBlankLine(parent.out)}${written}`
          this.#closed = true
        }
        return true
      }
    }
  }

  end(): string {
    return this.#frames.map(({ out }) => out).join('')
  }
}

/**
 * A Jekyll text without Liquid. What Liquid says and Markdown can say is said in Markdown; the rest is left out and
 * remarked on. Code stays as it is, but for `{% raw %}` marks, which no reader ever saw.
 */
export const cleanLiquid = (source: string, context: LiquidContext, remark: Remark): string => {
  if (!source.includes('{%') && !source.includes('{{')) return source
  const standIns = standInsFor(source)
  const raw = hideRaw(source, standIns)
  const text = context.isHtml ? highlightsToElements(raw, standIns) : highlightsToFences(raw, standIns)
  const regions = context.isHtml ? [] : codeRegions(text)
  const writer = new Writer(remark)
  let from = 0
  for (const tag of findLiquid(text)) {
    if (tag.start < from || cutsCode(regions, tag)) continue
    const line = lineOf(text, tag)
    if (tag.kind === 'output') {
      writer.add(text.slice(from, tag.start) + output(tag, context, remark))
      from = tag.end
    } else if (blocks.has(tag.name)) {
      writer.add(text.slice(from, line.start))
      writer.open(tag)
      from = line.end
    } else if (tag.name.startsWith('end') && blocks.has(tag.name.slice(3))) {
      writer.add(text.slice(from, line.start))
      writer.close(tag.name.slice(3))
      from = line.end
    } else if (/^(?:if|elsif|else|unless|case|when|endif|endunless|endcase)$/.test(tag.name)) {
      writer.add(text.slice(from, line.start))
      remark('had conditions that Jekyll decides; the text of every case came')
      from = line.end
    } else {
      const written = inPlace(tag, context, remark)
      const gone = written === '' && line.alone
      writer.add(text.slice(from, gone ? line.start : tag.start) + written)
      from = gone ? line.end : tag.end
    }
  }
  writer.add(text.slice(from))
  return reveal(writer.end(), standIns)
}
