// SPDX-License-Identifier: Apache-2.0

/// Beyond what is survived: what is still asked of a world once a disk was copied in it, or put back to
/// an older image.
///
/// Until then every property holds, and is checked. From then on an identity may say again, otherwise,
/// what it has said before, and nothing that rests on the word of a majority is promised any more (R1):
///
/// | off | because |
/// | --- | --- |
/// | what is chosen: `chosenNeverChanges`, `slotsInOrder`, `epochsNeverGoBack`, `newVotersAnswer`, `votersSpeakTheVersion`, `removedVotersStay`, `recoveriesAreApart` | an acceptor that forgot, or two under one name, let two decrees be chosen in one slot, and what comes after rests on either |
/// | leases: `leasesNeverOverlap`, `oneLeaderPerEpoch`, `observersNeverCount`, `tokensAreNeverShared`, `readersNeverBothHold`, and what the register sees | so do two grants of one voter |
/// | what is remembered: `promisesSurvive`, `memoryIsKept`, `lostMemoryHasACause`, `publishedNeverExceedsDecided`, `epochsNeverGoBackOnAHost` | that is what was taken back |
/// | `noFalseAlarm` | the alarm is true |
/// | the second phase | nobody need elect: who was told off votes no more, and its operator has yet to come |
///
/// What is left is that it is noticed (R23), and whatever concerns one host and its own disk alone.
enum Beyond {
    private static let asked: Set = [
        // Detection.
        "copiesAreNoticed", "copiesAreNotCounted", "toldHostsVoteNoMore", "livingCopiesAreFound",
        // What is said is what is heard.
        "whatIsSentIsRead", "whatIsCutShortIsRefused", "nothingIsHeardTwice",
        "onlyWhatWasSentIsHeard", "otherClustersGetNoWord",
        // A host, its disk, and the programs that watch it.
        "recordsAreReadable", "durableThenSent", "failedHostsVoteNoMore", "watchHasNoGap",
    ]

    /// Whether this is asked for all the same.
    static func asks(_ property: String) -> Bool { asked.contains(property) }
}
