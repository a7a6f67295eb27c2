------------------------------- MODULE Lease -------------------------------
(* SPDX-License-Identifier: Apache-2.0                                      *)
(*                                                                          *)
(* The lease: time laid over the decree chain.                              *)
(*                                                                          *)
(* Think of a key that is lent out. Each voter, asked, turns an hourglass   *)
(* over and helps nobody else until it has run out. The leader turned its   *)
(* own, smaller one over before it asked; so whatever happens on the way,   *)
(* the leader stops while a majority still waits. Whoever wants the key     *)
(* next needs a majority as well, and two majorities of the same voters     *)
(* share one who waits. All the trouble is in "the same voters": a lease    *)
(* counts only for a ballot that has made sure that no decree with other    *)
(* voters can come up behind its back (R14).                                *)
(*                                                                          *)
(* A voter's memory of its hourglass is lost in a crash. What the disk      *)
(* knows (the last promise) says who may hold the key; everybody else       *)
(* waits once around (R7).                                                  *)
(*                                                                          *)
(* Time passes for all at once (Tick), but by each node's own clock it may  *)
(* pass faster or slower (Rates). Timers count down, so there is no end of  *)
(* time and "at the moment of use" (R16) is every moment.                   *)
EXTENDS Chain

CONSTANTS
    G,          (* a grant, on the voter's clock                            *)
    D,          (* what the leader counts of it, from sending, on its own.
                   Safe: D <= G * (slowest rate) / (fastest rate)           *)
    Rates,      (* how far a clock may go on in one Tick                    *)
    Leavers,    (* who may release a lease                                  *)
    Reigning    (* whether node 1 begins with ballot 1, promised by all     *)

VARIABLES
    grant,      (* to whom the voter is bound, and for how long still       *)
    holdoff,    (* how long its start still lasts (R7)                      *)
    released,   (* ballots up to this one were given up by their owner (R18)*)
    beat,       (* beat[b]: what is left of D since the newest Heartbeat or
                   Accept under b was sent, on its owner's clock. An older
                   one that comes late does no more than the newest would   *)
    ack,        (* ack[b][x]: what x's newest answer under b is still worth *)
    owed,       (* the same for answers that wait for x's disk (R4)         *)
    page        (* what the lease page of an ended run still shows (R5 d)   *)

timers == <<grant, holdoff, released, beat, ack, owed, page>>
vars == <<chain, timers>>

Free == [to |-> 0, left |-> 0]
NoAcks == [b \in Ballots |-> [x \in Node |-> 0]]

(* A start after the first steps are done: decree 1 names 1, and all have   *)
(* promised its ballot 1, on disk.                                          *)
InitReigning ==
    /\ rec = [x \in Node |-> [Empty EXCEPT !.decided = Root, !.promised = 1]]
    /\ disk = rec
    /\ mine = [x \in Node |-> IF x = 1 THEN {1} ELSE {}]
    /\ out = [x \in Node |-> {}]
    /\ msgs = [k \in Kinds |->
           IF k = "promise" THEN { [t |-> "promise", b |-> 1, slot |-> 2, from |-> x,
                                    acc |-> Nothing] : x \in Node }
           ELSE {}]
    /\ up = 1..Names
    /\ crashes = 0

LeaseInit ==
    /\ IF Reigning THEN InitReigning ELSE Init
    /\ grant = [x \in Node |-> Free]
    /\ holdoff = [x \in Node |-> 0]
    /\ released = [x \in Node |-> 0]
    /\ beat = [b \in Ballots |-> 0]
    /\ ack = NoAcks
    /\ owed = NoAcks
    /\ page = [p \in Node |-> 0]

More(a, b) == IF a > b THEN a ELSE b

(****************************************************************************)
(* The voter.                                                               *)
(****************************************************************************)
(* R8: the guard before Prepare, Accept, Heartbeat and one's own candidacy. *)
(* P must be a voter of the decree; in slot 1 nothing is granted yet.       *)
Serve(x, P) ==
    /\ Slot(x) > 0 => P \in Last(rec[x].decided).voters
    /\ grant[x].left > 0 => grant[x].to = P
    /\ holdoff[x] > 0 /\ Mut # "holdoffServesAll" => Owner(rec[x].promised) = P

(* R18: ballots that their owner gave up grant nothing more.                *)
IsReleased(x, b) == b <= released[x] /\ Owner(b) = Owner(released[x])

(* R15: x is bound to the owner of b for G from now on, and the answer is   *)
(* worth what is left of D since b's owner asked. It waits for the disk     *)
(* where the record that it rests on does (R4).                             *)
Grant(x, b, atOnce) ==
    /\ grant' = [grant EXCEPT ![x] = [to |-> Owner(b), left |-> G]]
    /\ holdoff' = [holdoff EXCEPT ![x] = 0]
    /\ IF atOnce THEN ack' = [ack EXCEPT ![b][x] = More(@, beat[b])] /\ UNCHANGED owed
       ELSE owed' = [owed EXCEPT ![b][x] = More(@, beat[b])] /\ UNCHANGED ack
    /\ UNCHANGED <<released, beat, page>>

(* Whether a grant under b would change anything.                           *)
Renews(x, b) ==
    \/ grant[x] # [to |-> Owner(b), left |-> G] \/ holdoff[x] > 0
    \/ ack[b][x] < beat[b] /\ owed[b][x] < beat[b]

AtOnce(x, r, fields) == Eager \/ OnDisk(x, r, fields)

(* R11: an Accept counts as a heartbeat of the slot before.                 *)
AcceptAndGrant(x, m) ==
    /\ Lean => rec[x].accepted # [b |-> m.b, c |-> m.c] \/ (Slot(x) > 0 /\ Renews(x, m.b))
    /\ Serve(x, Owner(m.b)) \/ Mut \in {"acceptNoGuard", "prepareAcceptNoGuard"}
    /\ LET grants == Slot(x) > 0 /\ ~IsReleased(x, m.b) IN
       /\ Accept(x, m, IF grants THEN G ELSE rec[x].longest)
       /\ IF grants THEN Grant(x, m.b, AtOnce(x, rec'[x], {"promised", "accepted", "longest"}))
          ELSE UNCHANGED timers

(* R15: b = promised in the steady state, and nothing is written; a higher  *)
(* ballot is written first, for the hold-off (R7) rests on it.              *)
Hear(x, m) ==
    /\ x \in up
    /\ m.slot = Slot(x)
    /\ Lean => m.b # rec[x].promised \/ Renews(x, m.b)
    /\ IsVoter(x)
    /\ m.b >= rec[x].promised \/ Mut = "grantLower"
    /\ Serve(x, Owner(m.b)) \/ Mut \in {"heartbeatNoGuard", "prepareHeartbeatNoGuard"}
    /\ ~IsReleased(x, m.b)
    /\ LET r == [rec[x] EXCEPT
                     !.promised = IF m.b > @ /\ Mut # "grantNotRecorded" THEN m.b ELSE @,
                     !.longest = G]
       IN  /\ Answer(x, r, {"promised", "longest"}, {})
           /\ Grant(x, m.b, AtOnce(x, r, {"promised", "longest"}))
    /\ UNCHANGED <<mine, up, crashes>>

(* R18: heard only by a voter that has promised nobody else and no more.    *)
HearRelease(x, m) ==
    /\ x \in up
    /\ \/ Owner(rec[x].promised) = Owner(m.b) /\ rec[x].promised <= m.b
       \/ Mut = "releaseAnyBallot" /\ Owner(rec[x].promised) = Owner(m.b)
    /\ Lean => grant[x] # Free \/ holdoff[x] # 0 \/ released[x] # m.b
    /\ grant' = [grant EXCEPT ![x] = Free]
    /\ holdoff' = [holdoff EXCEPT ![x] = 0]
    /\ released' = [released EXCEPT ![x] = IF Mut = "releaseReuse" THEN 0 ELSE m.b]
    /\ UNCHANGED <<chain, beat, ack, owed, page>>

(****************************************************************************)
(* The leader.                                                              *)
(****************************************************************************)
(* R14 (i): a majority of V promised b for the slot after d or an earlier   *)
(* one, and in that majority nobody reported an older value for it.         *)
IsClear(b, d, V) ==
    LET s == Len(d) + 1 IN
    IF Mut = "leadPending" THEN IsMajority(Promisers(b, s) \cap V, V)
    ELSE IsMajority(Unbound(b, s) \cap V, V)

(* R14 (ii): for how long a majority of V stands behind b.                  *)
Backed(b, V) ==
    Max({0} \cup { k \in {ack[b][x] : x \in V} : IsMajority({ x \in V : ack[b][x] >= k }, V) })

(* What p's ballots of this run are worth by the decree d, if it leads.     *)
WorthBy(p, d) ==
    LET V == Last(IF Mut = "oldVoters" THEN SubSeq(d, 1, 1) ELSE d).voters
        backed == { b \in mine[p] : Backed(b, V) > 0 }
        counts(b) ==
            \/ Mut = "leadUnprepared"
            \/ Mut = "mixBallots" /\ \E a \in mine[p] : IsClear(a, d, V)
            \/ IsClear(b, d, V)
    IN  IF Last(d).leader # p THEN 0
        ELSE Max({0} \cup { Backed(b, V) : b \in { a \in backed : counts(a) } })

(* R14: by the newest decree it knows, and by no other.                     *)
Worth(p) ==
    IF Slot(p) = 0 THEN 0
    ELSE IF Mut = "deposedKeeps" THEN
        Max({ WorthBy(p, SubSeq(rec[p].decided, 1, s)) : s \in 1..Slot(p) })
    ELSE WorthBy(p, rec[p].decided)

(* p leads: by a ballot of this run, or the page of its last run says so.   *)
Leads(p) == p \in up /\ (Worth(p) > 0 \/ page[p] > 0)

(* R15: under the newest ballot of the run only, once Phase 1 is complete.  *)
HeartbeatOf(i) == [t |-> "heartbeat", b |-> Newest(i), slot |-> Slot(i)]
MayBeat(i) ==
    /\ i \in up /\ mine[i] # {} /\ IsVoter(i)
    /\ Lean => beat[Newest(i)] < D \/ HeartbeatOf(i) \notin msgs.heartbeat
    /\ Prepared(i, Newest(i)) # {} \/ Mut = "leadUnprepared"

Heartbeat(i) ==
    /\ MayBeat(i)
    /\ msgs' = Sent({HeartbeatOf(i)})
    /\ beat' = [beat EXCEPT ![Newest(i)] = D]
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes>>
    /\ UNCHANGED <<grant, holdoff, released, ack, owed, page>>

(* R18: p drops its lease and all its ballots first, then says so. It names *)
(* no ballot that is not on its disk: after a crash the next run might take *)
(* that one anew. What a run before had promised itself is freed as well.   *)
Release(p) ==
    /\ p \in up \cap Leavers
    /\ LET owned == { b \in mine[p] \cup {disk[p].promised} :
                          b > 0 /\ Owner(b) = p /\ b <= disk[p].promised }
           m == [t |-> "release", b |-> Max(owned)]
       IN  /\ owned # {} /\ m \notin msgs.release
           /\ msgs' = Sent({m})
    /\ mine' = [mine EXCEPT ![p] = IF Mut = "releaseReuse" THEN @ ELSE {}]
    /\ page' = [page EXCEPT ![p] = 0]
    /\ UNCHANGED <<rec, disk, out, up, crashes>>
    /\ UNCHANGED <<grant, holdoff, released, beat, ack, owed>>

(* A mutation's action: Release leaves before the lease is dropped.         *)
ReleaseFirst(p) ==
    /\ Mut = "releaseFirst"
    /\ p \in up /\ mine[p] # {}
    /\ msgs' = Sent({[t |-> "release", b |-> Newest(p)]})
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes, timers>>

(****************************************************************************)
(* The chain's actions, with what they do to the lease.                     *)
(****************************************************************************)
StandIfFree(i, b) ==
    /\ Serve(i, i) \/ Mut = "selfIgnoresGrant"
    /\ Stand(i, b)
    /\ UNCHANGED timers

PromiseIfFree(x, m) ==
    /\ Serve(x, Owner(m.b))
       \/ Mut \in {"prepareNoGuard", "prepareAcceptNoGuard", "prepareHeartbeatNoGuard"}
    /\ Promise(x, m)
    /\ UNCHANGED timers

ProposeAndAsk(i, b) ==
    /\ Propose(i, b)
    /\ beat' = [beat EXCEPT ![b] = D]
    /\ UNCHANGED <<grant, holdoff, released, ack, owed, page>>

(* R12, R14: by the same step the lease no longer rests on the old decree.  *)
(* R6: grants stay as they are.                                             *)
Withdraw(x) ==
    /\ page' = [page EXCEPT ![x] = 0]
    /\ grant' = [grant EXCEPT ![x] =
           IF Mut = "dropOnLearn" /\ Last(rec'[x].decided).leader # @.to THEN Free ELSE @]
    /\ UNCHANGED <<holdoff, released, beat, ack, owed>>

(* R7: a start. Grants are forgotten; whose they were, `promised` tells.    *)
(* R5 (b, d): what the page shows is published, so it rests on the decree   *)
(* on disk; it stands until its own end.                                    *)
Restart(x) ==
    /\ Crash(x)
    /\ grant' = [grant EXCEPT ![x] = Free]
    /\ released' = [released EXCEPT ![x] = 0]
    /\ holdoff' = [holdoff EXCEPT ![x] =
           IF Mut = "noHoldoff" THEN 0
           ELSE IF Mut = "shortHoldoff" /\ disk[x].longest > 0 THEN G - 1
           ELSE disk[x].longest]
    /\ owed' = [b \in Ballots |-> [owed[b] EXCEPT ![x] = 0]]
    /\ page' = [page EXCEPT ![x] =
           IF disk[x].decided = rec[x].decided THEN More(@, Worth(x)) ELSE 0]
    /\ UNCHANGED <<beat, ack>>

LeaseSync(x) ==
    /\ Sync(x)
    /\ ack' = [b \in Ballots |-> [ack[b] EXCEPT ![x] = More(@, owed[b][x])]]
    /\ owed' = [b \in Ballots |-> [owed[b] EXCEPT ![x] = 0]]
    /\ UNCHANGED <<grant, holdoff, released, beat, page>>

(****************************************************************************)
(* Time.                                                                    *)
(****************************************************************************)
Less(left, by) == IF left > by THEN left - by ELSE 0

(* Each node's clock goes on by its own e[x]: voters' timers by the voter's *)
(* clock, a leader's by the leader's.                                       *)
Elapse(e) ==
    /\ grant' = [x \in Node |->
           IF grant[x].left > e[x] THEN [grant[x] EXCEPT !.left = @ - e[x]] ELSE Free]
    /\ holdoff' = [x \in Node |-> Less(holdoff[x], e[x])]
    /\ beat' = [b \in Ballots |-> Less(beat[b], e[Owner(b)])]
    /\ ack' = [b \in Ballots |-> [x \in Node |-> Less(ack[b][x], e[Owner(b)])]]
    /\ owed' = [b \in Ballots |-> [x \in Node |-> Less(owed[b][x], e[Owner(b)])]]
    /\ page' = [p \in Node |-> Less(page[p], e[p])]
    /\ UNCHANGED <<chain, released>>

Tick == \E e \in [Node -> Rates] : Elapse(e) /\ timers' # timers

(****************************************************************************)
(* All together.                                                            *)
(****************************************************************************)
LeaseAct ==
    \/ Tick
    \/ \E x \in up :
           \/ LeaseSync(x) \/ Restart(x) \/ Release(x) \/ ReleaseFirst(x)
           \/ \E m \in msgs.prepare : PromiseIfFree(x, m)
           \/ \E m \in msgs.accept : AcceptAndGrant(x, m)
           \/ \E m \in msgs.decided : Learn(x, m) /\ Withdraw(x)
           \/ \E m \in msgs.heartbeat : Hear(x, m)
           \/ \E m \in msgs.release : HearRelease(x, m)
    \/ \E b \in Ballots : StandIfFree(Owner(b), b) \/ ProposeAndAsk(Owner(b), b)
    \/ \E b \in Ballots : \E i \in IF Mut = "acceptedBroadcast" THEN up ELSE {Owner(b)} :
           Choose(i, b) /\ Withdraw(i)

LeaseNext ==
    \/ \E i \in up : Heartbeat(i) \/ (PrepareNext(i) /\ UNCHANGED timers)
    \/ (Lean => \A i \in up : ~MayPrepare(i) /\ ~MayBeat(i)) /\ LeaseAct

LeaseSpec == LeaseInit /\ [][LeaseNext]_vars

(****************************************************************************)
(* What must hold, beside the chain's own.                                  *)
(****************************************************************************)
(* In true time there is never more than one leader.                        *)
OneLease == Cardinality({ p \in up : Leads(p) }) <= 1

=============================================================================
