import { randomUUID } from 'node:crypto'
import { World } from '@cucumber/cucumber'
import { until } from '@logbook/chassis/testing/until.ts'
import type { PostPage, ThreadComment } from '@logbook/contracts/http/query.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import { type Answer, type Ask, ask, blogOf } from '../e2e/blog.ts'
import type { Logbook } from '../e2e/logbook.ts'
import { logbookUnderTest } from './running.ts'

export type Who = Role | 'guest' | 'stranger'

interface Written {
  id: string
  slug: string
  title: string
}

interface Said {
  id: string
  postId: string
}

const idIn = (answer: Answer, what: string): string => {
  if (answer.status !== 201) throw new Error(`${what}: ${answer.status} ${answer.text}`)
  return (answer.json() as { id: string }).id
}

/** What one scenario knows: the posts and comments that it speaks of, by its own words for them. */
export class BlogWorld extends World {
  readonly logbook: Logbook = logbookUnderTest()
  readonly blog = blogOf(this.logbook)
  /** Scenarios share a blog: what one wrote is told from what others wrote by this. */
  readonly mark = randomUUID().slice(0, 8)
  readonly posts = new Map<string, Written>()
  readonly comments = new Map<string, Said>()
  /** The answers to what was asked last. */
  answers: Answer[] = []

  get answer(): Answer {
    const last = this.answers.at(-1)
    if (last === undefined) throw new Error('Nothing was asked.')
    return last
  }

  titleOf(name: string): string {
    return `${name} ${this.mark}`
  }

  post(name: string): Written {
    const post = this.posts.get(name)
    if (post === undefined) throw new Error(`This scenario has no post "${name}".`)
    return post
  }

  said(text: string): Said {
    const comment = this.comments.get(text)
    if (comment === undefined) throw new Error(`This scenario has no comment "${text}".`)
    return comment
  }

  /** One request to the API, as the current person. */
  async askAs(who: Who, path: string, asked: Ask = {}): Promise<Answer> {
    const answer =
      who === 'stranger' || who === 'guest'
        ? await ask(`${this.blog.api}${path}`, asked)
        : await this.blog.askAs(who, path, asked)
    this.answers.push(answer)
    return answer
  }

  async write(name: string, more: object = {}): Promise<Written> {
    const title = this.titleOf(name)
    const answer = await this.askAs('author', '/posts', { method: 'POST', body: { title, ...more } })
    const id = idIn(answer, `writing "${name}"`)
    const { slug } = answer.json() as { slug: string }
    const post = { id, slug, title }
    this.posts.set(name, post)
    return post
  }

  async comment(who: Who, content: string, { on, below }: { on: string; below?: string }): Promise<void> {
    const postId = this.post(on).id
    const parentId = below === undefined ? {} : { parentId: this.said(below).id }
    const author = who === 'guest' ? { author: { name: 'Gale' } } : {}
    const body = { content, ...parentId, ...author }
    const answer = await this.askAs(who, `/posts/${postId}/comments`, { method: 'POST', body })
    this.comments.set(content, { id: idIn(answer, `commenting "${content}"`), postId })
  }

  async patch(who: Who, path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.askAs(who, path, { method: 'PATCH', body, headers })
  }

  /** The page of a post as its readers get it. */
  page(name: string): Promise<PostPage> {
    return this.blog.page(this.post(name).id)
  }

  /** A comment as everyone sees it, once it is as it should be. */
  seen(text: string, check: (comment: ThreadComment) => boolean): Promise<ThreadComment> {
    const { id, postId } = this.said(text)
    return until(async () => {
      const comment = (await this.blog.thread(postId)).find((each) => each.id === id)
      return comment !== undefined && check(comment) && comment
    }, `the comment "${text}" to be as it should be`)
  }
}
