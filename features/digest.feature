Feature: Digest and newsletter
  A digest gathers each week. A post can be sent to subscribers as a newsletter.

  Scenario: A featured comment is in the digest of the week, with its post
    Given the post "Herons"
    And a reader commented "Ten herons at the weir" on the post "Herons"
    When a moderator features the comment "Ten herons at the weir"
    Then the next digest has the comment "Ten herons at the weir"

  Scenario: What is taken away is out of the digest
    Given the post "Gulls"
    And a reader commented "Gulls on the roof" on the post "Gulls"
    And a moderator features the comment "Gulls on the roof"
    And the next digest has the comment "Gulls on the roof"
    When a moderator rejects the comment "Gulls on the roof"
    Then the next digest does not have the comment "Gulls on the roof"

  Scenario: A blog without a digest says when there will be one
    Then the page "/digest" says "Each Monday"

  Scenario: The owner sees a post as the mail that it would be
    Given the post "By mail" with the text "A **bold** heron"
    Then the newsletter of the post "By mail" contains "<strong>bold</strong>"

  Scenario: Only owners send newsletters
    Given the post "Not yours to send"
    When an author tries to send the post "Not yours to send" as a newsletter
    Then it is refused
