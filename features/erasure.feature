Feature: Erasure
  Who asks to be erased can be read nowhere any more. A post stays without its author, others' words stay, and so does the order of what happened.

  Scenario: A person is erased
    Given the author "Quillan Unmistakable" has published the post "Mine" and commented "xylophones were heard" on it
    And a reader commented "We heard them too" on the post "Mine"
    When the owner erases "Quillan Unmistakable"
    Then every service confirms the erasure of "Quillan Unmistakable"
    And neither "Quillan Unmistakable" nor "xylophones were heard" stands in the log, on a page or in a feed
    And everyone sees the comment "We heard them too"
