Feature: Feeds and search
  Readers follow the blog with a feed reader and find what they look for. Both show what is public, and nothing else.

  Scenario Outline: A new post is in the feed <feed>, and a draft is not
    Given the post "In the feed"
    And the draft "Not in the feed"
    Then the feed "<feed>" has the post "In the feed"
    And the feed "<feed>" does not have the post "Not in the feed"

    Examples:
      | feed       |
      | /feed.xml  |
      | /atom.xml  |
      | /feed.json |

  Scenario: A feed reader that subscribes to a feed is sent each new post, until it unsubscribes
    Given a feed reader that subscribed to the feed "/atom.xml"
    When an author publishes the post "Sent at once"
    Then the feed reader is sent the post "Sent at once"
    And the feed reader can unsubscribe from the feed "/atom.xml"

  Scenario: Posts and comments are found by their words
    Given the post "Kingfishers" with the text "The halcyon days of the kingfisher"
    And a reader commented "I saw a halcyon by the weir" on the post "Kingfishers"
    When a stranger searches for "halcyon"
    Then the search finds the post "Kingfishers" and the comment "I saw a halcyon by the weir"

  Scenario: What was rejected is found by nobody
    Given the post "Rejected words"
    And a reader commented "An orange zyzzyva" on the post "Rejected words"
    And the comment "An orange zyzzyva" is rejected
    When a stranger searches for "zyzzyva"
    Then the search finds nothing
