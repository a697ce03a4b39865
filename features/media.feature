Feature: Pictures and files
  Authors bring pictures and files to the blog. Workers make them ready in several sizes. Readers see what a published post or a portrait shows, and nothing else.

  Scenario: A picture in a post
    When an author uploads the picture "heron.png"
    Then the picture "heron.png" is ready in several widths
    When an author publishes the post "At the pond" with the picture "heron.png" and the words "A grey heron"
    Then the page of the post "At the pond" has "alt=\"A grey heron\""
    And the page of the post "At the pond" has "srcset="
    And everyone can see the picture "heron.png"

  Scenario: A cover is shown above the post, in lists and by other sites
    Given the picture "tide.png"
    When an author publishes the post "Low water" with the picture "tide.png" as its cover
    Then the page of the post "Low water" shows the picture "tide.png" first
    And the list of posts shows the picture "tide.png"
    And previews of the post "Low water" on other sites show the picture "tide.png"

  Scenario: The picture of a draft is private
    Given the picture "secret.png"
    And the draft "Not yet shown" with the picture "secret.png"
    Then no reader can see the picture "secret.png"
    When an author publishes the draft "Not yet shown"
    Then everyone can see the picture "secret.png"

  Scenario: A link to a place that is not public is refused with the reason
    When an author asks for the file at "http://127.0.0.1:4005/events" by link
    Then the request is refused, because its address is not public

  Scenario: A file that is no picture says why
    When an author uploads the damaged picture "torn.png"
    Then the picture "torn.png" has failed, because it is damaged
    And the work queue lists the picture "torn.png" with its reason

  Scenario: An erased person's pictures are gone
    Given the author "Pelham Pictured" shows a portrait beside the post "Of mine"
    Then the page of the post "Of mine" shows the portrait
    When the owner erases "Pelham Pictured"
    Then every service confirms the erasure of "Pelham Pictured"
    And no reader can see the portrait, and the page of the post "Of mine" does not show it
