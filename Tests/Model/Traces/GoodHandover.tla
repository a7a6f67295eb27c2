---------------------------- MODULE GoodHandover ----------------------------
(* SPDX-License-Identifier: Apache-2.0                                      *)
(*                                                                          *)
(* Three hosts know decree 1. Host 1 takes ballot 1 and leads; host 3 goes  *)
(* down and comes back; host 1 lets go and host 2 is elected at once,       *)
(* without waiting for the grants. Times in milliseconds, host 3's clock is *)
(* a little slow.                                                           *)
EXTENDS Trace

TheNames == 3
TheSpares == 0
TheWipes == 0
TheBallots == {1, 2}
TheVoterSets == {}
TheFounded == TRUE
TheLengths == {500}
TheShare(g) == g - 1

All(d) == <<d, d, d>>

TheSteps == <<
    [do |-> "stand", node |-> 1, ballot |-> 1, ids |-> {}, longest |-> 500],
    [do |-> "sync", node |-> 1],
    [do |-> "tick", by |-> All(1)],
    [do |-> "promise", node |-> 1, ballot |-> 1, slot |-> 2, longest |-> 500],
    [do |-> "promise", node |-> 3, ballot |-> 1, slot |-> 2, longest |-> 500],
    [do |-> "sync", node |-> 3],
    [do |-> "heartbeat", node |-> 1, ballot |-> 1, lease |-> 500],
    [do |-> "hear", node |-> 1, ballot |-> 1, slot |-> 1, lease |-> 500, longest |-> 500],
    [do |-> "sync", node |-> 1],
    [do |-> "tick", by |-> All(1)],
    [do |-> "hear", node |-> 3, ballot |-> 1, slot |-> 1, lease |-> 500, longest |-> 500],
    [do |-> "sync", node |-> 3],
    [do |-> "leads", node |-> 1, epoch |-> 1, left |-> 99],
    [do |-> "tick", by |-> <<200, 200, 199>>],
    [do |-> "restart", node |-> 3],
    [do |-> "heartbeat", node |-> 1, ballot |-> 1, lease |-> 500],
    [do |-> "hear", node |-> 1, ballot |-> 1, slot |-> 1, lease |-> 500, longest |-> 500],
    [do |-> "hear", node |-> 3, ballot |-> 1, slot |-> 1, lease |-> 500, longest |-> 500],
    [do |-> "hear", node |-> 2, ballot |-> 1, slot |-> 1, lease |-> 500, longest |-> 500],
    [do |-> "sync", node |-> 2],
    [do |-> "tick", by |-> All(400)],
    [do |-> "leads", node |-> 1, epoch |-> 1, left |-> 99],
    [do |-> "release", node |-> 1, ballot |-> 1],
    [do |-> "free", node |-> 2, ballot |-> 1],
    [do |-> "free", node |-> 3, ballot |-> 1],
    [do |-> "stand", node |-> 2, ballot |-> 2, ids |-> {}, longest |-> 500],
    [do |-> "sync", node |-> 2],
    [do |-> "promise", node |-> 2, ballot |-> 2, slot |-> 2, longest |-> 500],
    [do |-> "promise", node |-> 3, ballot |-> 2, slot |-> 2, longest |-> 500],
    [do |-> "sync", node |-> 3],
    [do |-> "propose", node |-> 2, ballot |-> 2, leader |-> 2, epoch |-> 2, voters |-> {1, 2, 3}, lease |-> 500],
    [do |-> "accept", node |-> 2, ballot |-> 2, slot |-> 2, lease |-> 500, longest |-> 500],
    [do |-> "sync", node |-> 2],
    [do |-> "tick", by |-> All(2)],
    [do |-> "accept", node |-> 3, ballot |-> 2, slot |-> 2, lease |-> 500, longest |-> 500],
    [do |-> "sync", node |-> 3],
    [do |-> "choose", node |-> 2, ballot |-> 2, slot |-> 2],
    [do |-> "learn", node |-> 1, slot |-> 2],
    [do |-> "sync", node |-> 2],
    [do |-> "leads", node |-> 2, epoch |-> 2, left |-> 99],
    [do |-> "publishes", node |-> 1, slot |-> 1, epoch |-> 1],
    [do |-> "sync", node |-> 1],
    [do |-> "publishes", node |-> 1, slot |-> 2, epoch |-> 2]
>>

=============================================================================
