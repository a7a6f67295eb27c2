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
(* waits once around (R7). How long the key is asked for may differ from    *)
(* time to time: a setting that changes, a leader that is to be restarted.  *)
(* The disk knows the longest only, and a voter that has started waits that *)
(* long, whatever it is asked for meanwhile (R15).                          *)
(*                                                                          *)
(* Time passes for all at once (Tick), but by each node's own clock it may  *)
(* pass faster or slower (Rates). Timers count down, so there is no end of  *)
(* time and "at the moment of use" (R16) is every moment.                   *)
EXTENDS Chain

CONSTANTS
    Lengths,    (* the lengths a grant may be asked for, on the voter's clock*)
    Share(_),   (* what the leader counts of one, from sending, on its own.
                   Safe: Share(g) <= g * (slowest rate) / (fastest rate)    *)
    Rates,      (* how far a clock may go on in one Tick                    *)
    Leavers,    (* who may release a lease                                  *)
    Reigning    (* "no", or what node 1 begins with: "promised", ballot 1 by
                   all; "granted", besides that a lease by 1 and 2, longer
                   than any that is asked for from now on                   *)

VARIABLES
    grant,      (* to whom the voter is bound, and for how long still       *)
    holdoff,    (* how long its start still lasts (R7)                      *)
    released,   (* ballots up to this one were given up by their owner (R18)*)
    beat,       (* beat[b][g]: what is left of Share(g) since the newest
                   Heartbeat or Accept under b that asked for g was sent, on
                   its owner's clock. An older one that comes late does no
                   more than the newest would                               *)
    ack,        (* ack[b][x]: what x's newest answer under b is still worth *)
    owed,       (* the same for answers that wait for x's disk (R4)         *)
    page        (* what the lease page of an ended run still shows (R5 d)   *)

timers == <<grant, holdoff, released, beat, ack, owed, page>>
vars == <<chain, timers>>

Free == [to |-> 0, left |-> 0]
NoAcks == [b \in Ballots |-> [x \in Node |-> 0]]
Least == CHOOSE g \in Lengths : \A h \in Lengths : g <= h

(* Shares that a configuration may name: all of a grant where all clocks go *)
(* alike, one less where they do not.                                       *)
Whole(g) == g
LessOne(g) == g - 1
ShareOf(g) == IF Mut = "tooLong" THEN Share(g) + 1 ELSE Share(g)

(* A start after the first steps are done: decree 1 names 1, and all have   *)
(* promised its ballot 1, on disk; some may have granted it a lease just    *)
(* now, of a length that the next decree or the next run asks for no more.  *)
Granters == IF Reigning = "granted" THEN {1, 2} ELSE {}
Old == Max(Lengths) + 1
InitReigning ==
    /\ rec = [x \in Node |-> [Empty EXCEPT !.decided = Root, !.promised = 1,
                                          !.longest = IF x \in Granters THEN Old ELSE 0]]
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
    /\ IF Reigning = "no" THEN Init ELSE InitReigning
    /\ grant = [x \in Node |-> IF x \in Granters THEN [to |-> 1, left |-> Old] ELSE Free]
    /\ holdoff = [x \in Node |-> 0]
    /\ released = [x \in Node |-> 0]
    /\ beat = [b \in Ballots |-> [g \in Lengths |-> 0]]
    /\ ack = [b \in Ballots |-> [x \in Node |->
           IF b = 1 /\ x \in Granters THEN Share(Old) ELSE 0]]
    /\ owed = NoAcks
    /\ page = [p \in Node |-> 0]

More(a, b) == IF a > b THEN a ELSE b
Less(left, by) == IF left > by THEN left - by ELSE 0

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

(* The longest lease ever granted, after the promise of b. Whoever is served*)
(* besides the owner of the last promise finds nobody bound, so the old days*)
(* are done with, and it may be lowered (section 4, item 10).               *)
Rested(x, b, low) ==
    IF Owner(b) # Owner(rec[x].promised) /\ low < rec[x].longest THEN low ELSE rec[x].longest
Longest(x, b, g, low) == IF Mut = "forgetsLonger" THEN g ELSE More(Rested(x, b, low), g)

(* R15: x is bound to the owner of b for g from now on. A shorter grant to  *)
(* the same owner takes nothing of a longer one back, and ends no start:    *)
(* the forgotten one may have been longer (R7).                             *)
GrantTo(x, b, g) ==
    [to |-> Owner(b),
     left |-> IF grant[x].to = Owner(b) /\ Mut # "shorterCounts" THEN More(grant[x].left, g)
              ELSE g]

(* The answer is worth what is left of the share since b's owner asked. It  *)
(* waits for the disk where the record that it rests on does (R4).          *)
Grant(x, b, g, atOnce) ==
    /\ grant' = [grant EXCEPT ![x] = GrantTo(x, b, g)]
    /\ holdoff' = [holdoff EXCEPT ![x] = IF Mut = "grantEndsHoldoff" THEN 0 ELSE @]
    /\ IF atOnce THEN ack' = [ack EXCEPT ![b][x] = More(@, beat[b][g])] /\ UNCHANGED owed
       ELSE owed' = [owed EXCEPT ![b][x] = More(@, beat[b][g])] /\ UNCHANGED ack
    /\ UNCHANGED <<released, beat, page>>

(* Whether a grant under b would change anything.                           *)
Renews(x, b, g) ==
    \/ grant[x] # GrantTo(x, b, g) \/ rec[x].longest # Longest(x, b, g, Least)
    \/ ack[b][x] < beat[b][g] /\ owed[b][x] < beat[b][g]

AtOnce(x, r, fields) == Eager \/ OnDisk(x, r, fields)

(* R11: an Accept counts as a heartbeat of the slot before.                 *)
AcceptAndGrant(x, m, g, low) ==
    /\ MayAccept(x, m)
    /\ Lean => rec[x].accepted # [b |-> m.b, c |-> m.c] \/ (Slot(x) > 0 /\ Renews(x, m.b, g))
    /\ Serve(x, Owner(m.b)) \/ Mut \in {"acceptNoGuard", "prepareAcceptNoGuard"}
    /\ LET grants == Slot(x) > 0 /\ ~IsReleased(x, m.b) IN
       /\ Accept(x, m, IF grants THEN Longest(x, m.b, g, low) ELSE Rested(x, m.b, low))
       /\ IF grants THEN Grant(x, m.b, g, AtOnce(x, rec'[x], {"promised", "accepted", "longest"}))
          ELSE UNCHANGED timers

(* R15: b = promised in the steady state, and nothing is written; a higher  *)
(* ballot is written first, for the hold-off (R7) rests on it.              *)
Hear(x, m, low) ==
    /\ x \in up
    /\ m.slot = Slot(x)
    /\ m.b >= rec[x].promised \/ Mut = "grantLower"
    /\ IsVoter(x)
    /\ Lean => m.b # rec[x].promised \/ Renews(x, m.b, m.g)
    /\ Serve(x, Owner(m.b)) \/ Mut \in {"heartbeatNoGuard", "prepareHeartbeatNoGuard"}
    /\ ~IsReleased(x, m.b)
    /\ LET r == [rec[x] EXCEPT
                     !.promised = IF m.b > @ /\ Mut # "grantNotRecorded" THEN m.b ELSE @,
                     !.longest = Longest(x, m.b, m.g, low)]
       IN  /\ Answer(x, r, {"promised", "longest"}, {})
           /\ Grant(x, m.b, m.g, AtOnce(x, r, {"promised", "longest"}))
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
Leads(p) == p \in up /\ (page[p] > 0 \/ Worth(p) > 0)

(* R15: under the newest ballot of the run only, once Phase 1 is complete.  *)
HeartbeatOf(i, g) == [t |-> "heartbeat", b |-> Newest(i), slot |-> Slot(i), g |-> g]
MayBeat(i, g) ==
    /\ i \in up /\ mine[i] # {} /\ IsVoter(i)
    /\ Lean => beat[Newest(i)][g] < ShareOf(g) \/ HeartbeatOf(i, g) \notin msgs.heartbeat
    /\ Prepared(i, Newest(i)) # {} \/ Mut = "leadUnprepared"

Heartbeat(i, g) ==
    /\ MayBeat(i, g)
    /\ msgs' = Sent({HeartbeatOf(i, g)})
    /\ beat' = [beat EXCEPT ![Newest(i)][g] = ShareOf(g)]
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes>>
    /\ UNCHANGED <<grant, holdoff, released, ack, owed, page>>

(* Ballots that p has no more count for nothing, whoever answers yet, and   *)
(* `waiting` are the answers that wait still. (A later run may take one     *)
(* again only if nothing was ever sent under it: R3, R4.)                   *)
CountsNoMore(p, waiting) ==
    /\ beat' = [b \in Ballots |-> IF Owner(b) = p THEN [g \in Lengths |-> 0] ELSE beat[b]]
    /\ ack' = [b \in Ballots |-> IF Owner(b) = p THEN [x \in Node |-> 0] ELSE ack[b]]
    /\ owed' = [b \in Ballots |-> IF Owner(b) = p THEN [x \in Node |-> 0] ELSE waiting[b]]

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
    /\ page' = [page EXCEPT ![p] = 0]
    /\ IF Mut = "releaseReuse" THEN UNCHANGED <<mine, beat, ack, owed>>
       ELSE mine' = [mine EXCEPT ![p] = {}] /\ CountsNoMore(p, owed)
    /\ UNCHANGED <<rec, disk, out, up, crashes>>
    /\ UNCHANGED <<grant, holdoff, released>>

(* A mutation's action: Release leaves before the lease is dropped.         *)
ReleaseFirst(p) ==
    /\ Mut = "releaseFirst"
    /\ p \in up /\ mine[p] # {}
    /\ msgs' = Sent({[t |-> "release", b |-> Newest(p)]})
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes, timers>>

(****************************************************************************)
(* The chain's actions, with what they do to the lease.                     *)
(****************************************************************************)
StandIfFree(i, b, low) ==
    /\ Stand(i, b, Rested(i, b, low))
    /\ Serve(i, i) \/ Mut = "selfIgnoresGrant"
    /\ UNCHANGED timers

PromiseIfFree(x, m, low) ==
    /\ Promise(x, m, Rested(x, m.b, low))
    /\ Serve(x, Owner(m.b))
       \/ Mut \in {"prepareNoGuard", "prepareAcceptNoGuard", "prepareHeartbeatNoGuard"}
    /\ UNCHANGED timers

ProposeAndAsk(i, b, g) ==
    /\ Propose(i, b)
    /\ beat' = [beat EXCEPT ![b][g] = ShareOf(g)]
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
           ELSE IF Mut = "shortHoldoff" THEN Less(disk[x].longest, 1)
           ELSE disk[x].longest]
    /\ page' = [page EXCEPT ![x] =
           IF disk[x].decided = rec[x].decided THEN More(@, Worth(x)) ELSE 0]
    /\ CountsNoMore(x, [b \in Ballots |-> [owed[b] EXCEPT ![x] = 0]])

LeaseSync(x) ==
    /\ Sync(x)
    /\ ack' = [b \in Ballots |-> [ack[b] EXCEPT ![x] = More(@, owed[b][x])]]
    /\ owed' = [b \in Ballots |-> [owed[b] EXCEPT ![x] = 0]]
    /\ UNCHANGED <<grant, holdoff, released, beat, page>>

(****************************************************************************)
(* Time.                                                                    *)
(****************************************************************************)
(* Each node's clock goes on by its own e[x]: voters' timers by the voter's *)
(* clock, a leader's by the leader's.                                       *)
Elapse(e) ==
    /\ grant' = [x \in Node |->
           IF grant[x].left > e[x] THEN [grant[x] EXCEPT !.left = @ - e[x]] ELSE Free]
    /\ holdoff' = [x \in Node |-> Less(holdoff[x], e[x])]
    /\ beat' = [b \in Ballots |-> [g \in Lengths |-> Less(beat[b][g], e[Owner(b)])]]
    /\ ack' = [b \in Ballots |-> [x \in Node |-> Less(ack[b][x], e[Owner(b)])]]
    /\ owed' = [b \in Ballots |-> [x \in Node |-> Less(owed[b][x], e[Owner(b)])]]
    /\ page' = [p \in Node |-> Less(page[p], e[p])]
    /\ UNCHANGED <<chain, released>>

Tick == \E e \in [Node -> Rates] : Elapse(e) /\ timers' # timers

(****************************************************************************)
(* All together. An Accept asks for the least: where it would ask for more, *)
(* a heartbeat does so as well.                                             *)
(****************************************************************************)
LeaseAct ==
    \/ Tick
    \/ \E x \in up :
           \/ LeaseSync(x) \/ Restart(x) \/ Release(x) \/ ReleaseFirst(x)
           \/ \E m \in msgs.prepare : PromiseIfFree(x, m, Least)
           \/ \E m \in msgs.accept  : AcceptAndGrant(x, m, Least, Least)
           \/ \E m \in msgs.decided : Learn(x, m) /\ Withdraw(x)
           \/ \E m \in msgs.heartbeat : Hear(x, m, Least)
           \/ \E m \in msgs.release : HearRelease(x, m)
    \/ \E b \in Ballots : 
           StandIfFree(Owner(b), b, Least) \/ ProposeAndAsk(Owner(b), b, Least)
    \/ \E b \in Ballots : \E i \in IF Mut = "acceptedBroadcast" THEN up ELSE {Owner(b)} :
           Choose(i, b) /\ Withdraw(i)

LeaseNext ==
    \/ \E i \in up :
           \/ \E g \in Lengths : Heartbeat(i, g)
           \/ PrepareNext(i) /\ UNCHANGED timers
    \/ (Lean => \A i \in up : ~MayPrepare(i) /\ \A g \in Lengths : ~MayBeat(i, g)) /\ LeaseAct

LeaseSpec == LeaseInit /\ [][LeaseNext]_vars

(****************************************************************************)
(* What must hold, beside the chain's own.                                  *)
(****************************************************************************)
(* In true time there is never more than one leader.                        *)
OneLease == Cardinality({ p \in up : Leads(p) }) <= 1

=============================================================================
