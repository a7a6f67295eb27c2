// SPDX-License-Identifier: Apache-2.0

extension Scenario {
    /// All of them, in the order in which they are best read.
    public static let all: [Scenario] = [
        everythingWorks,
        naiveWaitForAll,
        naiveMajorityOfFirst,
        naiveTwoPhases,
        naiveDesignatedLeader,
        doubleAcknowledgement,
        twoGenerals,
        neverDeciding,
        duel,
        proposerCrashes,
        minorityProposes,
        twoAndTwo,
        pointOfNoReturn,
        leaderFailsAfter,
        lostPromise,
        pausedLeader,
        staleLeader,
        memberThatNeverExisted,
        partialSwitchFailure,
        leaderRemoved,
    ]
}
