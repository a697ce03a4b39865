/** What the script fills in for a comment that this browser wrote and the blog has not confirmed. */
export const UnsentRow = ({ viewerName }: { viewerName: string | undefined }) => (
  <template id="unsent-row">
    <li className="comment">
      <span className="rails" aria-hidden="true" />
      <article className="comment-box">
        <header className="dateline">
          <bdi className="author">{viewerName}</bdi>
        </header>
        <div className="comment-text as-typed" dir="auto" />
        <p className="state" data-kind="system" role="status">
          <span aria-hidden="true">↑</span> Sending…
        </p>
        <div className="state" data-kind="rejected" role="alert" hidden>
          <span aria-hidden="true">✕</span> Not sent. <span className="why" />
          <button type="button" className="plain" data-do="again">
            Try again
          </button>
          <button type="button" className="plain" data-do="discard">
            Discard
          </button>
        </div>
      </article>
    </li>
  </template>
)
