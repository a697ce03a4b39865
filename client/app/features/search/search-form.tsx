interface SearchFormProps {
  /** The initial text of the box. */
  asked: string
  /** Narrows it to posts or to comments. */
  kind?: string | null
  /** Of the box, where it is the one of its page. */
  id?: string
}

/** The search of the blog, as a form that needs no script. */
export const SearchForm = ({ asked, kind = null, id }: SearchFormProps) => (
  <search>
    <form method="get" action="/search" className="search-form">
      <input
        dir="auto"
        id={id}
        name="q"
        type="search"
        defaultValue={asked}
        maxLength={1_000}
        aria-label="Search posts and comments"
        placeholder="Words, or a “phrase”"
      />
      {kind === null ? null : <input type="hidden" name="kind" value={kind} />}
      <button type="submit" className="button">
        Search
      </button>
    </form>
  </search>
)
